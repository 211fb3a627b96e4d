import { z } from 'zod';
import { writeDuration } from '../duration';
import { currentForms } from '../input-forms';
import { utf8Length } from '../ids';
import { maxWorkflowIdBytes, workflowIdProblem } from '../workflow-id-limits';
import { checkInput, describeProblems, type InputProblem } from '../validation';
import { webhookNameSchema } from './notices/webhook-name';

/** Maximum number of subscribers of one tracker. */
export const maxSubscribers = 100;

/** Default name of the signal that says how an import ended. */
export const defaultSignal = 'importFinished';

const nameForm = 'a string of 1 to 1000 bytes';
const maxBytes = 1000;
/** A workflow id, or the name of a signal. */
export const nameSchema = z
  .string({ error: nameForm })
  .min(1, { error: nameForm })
  // Signalling a name with a lone surrogate would stop the worker, and a longer id than the server accepts would block
  // the workflow.
  .refine((name) => utf8Length(name) <= maxBytes && !/\p{Surrogate}/u.test(name), { error: nameForm })
  .meta({ maxLength: maxBytes });

const entryForm = 'an object with workflowId and signal, both optional, or with webhook';

/** A field of the other kind of entry: typed languages with one struct for both leave it empty. */
const otherField = () =>
  currentForms
    .optional(z.never({ error: 'no such field' }), ['', 0])
    .meta({ description: 'Belongs to the other kind of entry; leave it out.' });

const workflowIdText = 'The workflow whose current run is signalled. Default: the parent.';

/**
 * A workflow to notify, as callers write it: its current run receives the signal. Defaults: the parent, and
 * `importFinished`.
 */
const workflowEntrySchema = z.strictObject(
  {
    workflowId: currentForms.optional(nameSchema, ['']).meta({ description: workflowIdText }),
    signal: currentForms
      .optional(nameSchema, [''])
      .meta({ description: 'Name of the signal. Default: importFinished.' }),
    webhook: otherField(),
    problemAfter: otherField(),
    expiringWithin: otherField(),
  },
  { error: entryForm },
);
const workflowEntrySchemaOf010 = z.strictObject(
  { workflowId: nameSchema.optional(), signal: nameSchema.optional() },
  { error: entryForm },
);

/**
 * A webhook to notify, under the name that the operator has configured. It is notified of the end, and, on request,
 * once each of a problem that persists and before retention ends.
 */
export const webhookEntrySchema = z.strictObject(
  {
    webhook: webhookNameSchema.meta({ description: 'The webhook, by the name in PRISM_WEBHOOKS.' }),
    problemAfter: currentForms
      .duration()
      .meta({ description: 'Notify it of a problem that has lasted this long. Default: never.' }),
    expiringWithin: currentForms
      .duration()
      .meta({ description: 'Notify it when retention ends within this time. Default: never.' }),
    workflowId: otherField(),
    signal: otherField(),
  },
  { error: entryForm },
);

/** A webhook to notify, as callers write it. */
export type WebhookEntry = z.input<typeof webhookEntrySchema>;

const listForm = 'a list of {workflowId, signal} and {webhook}';
const listMaxForm = `a list of at most ${maxSubscribers}`;
const entrySchema = currentForms.object(
  z.union([webhookEntrySchema, workflowEntrySchema], { error: entryForm }),
);

/** The field `notify` of a tracker's input. */
export const notifySchema = z
  .array(entrySchema.nullable(), { error: listForm })
  .max(maxSubscribers, { error: listMaxForm })
  .transform((entries) => entries.filter((entry) => entry !== null));
/** The same as 0.1.0 read it. */
export const notifySchemaOf010 = z
  .array(workflowEntrySchemaOf010, { error: listForm })
  .max(maxSubscribers, { error: listMaxForm }) as unknown as typeof notifySchema;

/** A workflow in the payload of the signal `subscribe`: the same, but its id is required. */
const subscriptionSchema = workflowEntrySchema.extend({
  workflowId: nameSchema.meta({ description: 'The workflow whose current run is signalled.' }),
});
const subscriptionSchemaOf010 = workflowEntrySchemaOf010.extend({ workflowId: nameSchema });

/** Either payload of that signal. */
export const subscribeInputSchema = z.union([webhookEntrySchema, subscriptionSchema]);

/** A workflow to signal, with the defaults filled in. */
export interface WorkflowSubscriber {
  workflowId: string;
  signal: string;
}

/** A webhook to call. An event is null if it was not requested or has been sent. */
export interface WebhookSubscriber {
  webhook: string;
  problemAfterMs: number | null;
  expiringWithinMs: number | null;
}

export type Subscriber = WorkflowSubscriber | WebhookSubscriber;

/** A subscriber that could not be notified, and why. For a webhook, its delivery could not be started. */
export type Undelivered = (WorkflowSubscriber | { webhook: string }) & { reason: string };

/** The accepted form of an entry without a workflow id if there is no parent to notify. */
const workflowIdForm = 'a workflow id, since this workflow has no parent to notify';
/** The same if the parent is in another namespace, which signals cannot reach. */
export const ownWorkflowIdForm =
  'a workflow id in this namespace, since signals cannot reach the parent in another one: await this workflow, or call it through Nexus';

/**
 * The subscribers in a field `notify`, without duplicates. An entry without a workflow id means the parent; if there is
 * none, the error asks for what `accepted` says. Malformed entries are skipped, since {@link notifySchema} reports
 * them. In a run started before release 0.2, null does not count as absent.
 */
export function readSubscribers(
  notify: unknown,
  parent: string | undefined,
  { release02 = true, accepted = workflowIdForm } = {},
): { subscribers: Subscriber[]; problems: InputProblem[] } {
  const subscribers: Subscriber[] = [];
  const problems: InputProblem[] = [];
  (Array.isArray(notify) ? notify : []).forEach((entry: unknown, index) => {
    const read = readEntry(entry, release02);
    if (read === null) return;
    if ('webhook' in read) return addOnce(subscribers, read);
    const { workflowId = parent, signal = defaultSignal } = read;
    if (workflowId !== undefined) addOnce(subscribers, { workflowId, signal });
    else problems.push({ field: `notify[${index}].workflowId`, seen: 'nothing', accepted });
  });
  return { subscribers, problems };
}

/** The subscriber that an entry names: the parent, if there is no workflow id. Null for an empty or malformed entry. */
export function readEntry(
  entry: unknown,
  release02: boolean,
): WebhookSubscriber | { [field in keyof WorkflowSubscriber]?: string | undefined } | null {
  if (!release02) return workflowEntrySchemaOf010.safeParse(entry).data ?? null;
  const read = entrySchema.safeParse(entry).data;
  if (read === undefined) return null;
  if (read.webhook !== undefined) return webhookSubscriber(read);
  return { workflowId: read.workflowId, signal: read.signal };
}

/** Adds the subscriber from a signal `subscribe`. Returns why it could not, or null once it is subscribed. */
export function subscribe(subscribers: Subscriber[], payload: unknown, release02 = true): string | null {
  const found =
    release02 && namesWebhook(payload)
      ? checked(webhookEntrySchema, payload, webhookSubscriber)
      : checked(
          release02 ? subscriptionSchema : subscriptionSchemaOf010,
          payload,
          ({ workflowId, signal = defaultSignal }) => ({
            workflowId,
            signal,
          }),
        );
  if (typeof found === 'string') return found;
  if (subscribers.length >= maxSubscribers) return `there are ${maxSubscribers} subscribers already`;
  addOnce(subscribers, found);
  return null;
}

/** A subscriber as an entry for the next run. Events that a webhook has already received are left out. */
export function notifyEntry(subscriber: Subscriber): z.input<typeof notifySchema>[number] {
  if ('workflowId' in subscriber) return subscriber;
  const { webhook, problemAfterMs, expiringWithinMs } = subscriber;
  return {
    webhook,
    ...(problemAfterMs !== null && { problemAfter: writeDuration(problemAfterMs) }),
    ...(expiringWithinMs !== null && { expiringWithin: writeDuration(expiringWithinMs) }),
  };
}

/**
 * Why a subscriber cannot be signalled, even if the workflow exists; null if it can. Trying would block the tracker for
 * good, since the server rejects the whole workflow task. The id of a `parent` is known to be valid.
 */
export function undeliverable(
  { workflowId, signal }: WorkflowSubscriber,
  parent: string | undefined,
): string | null {
  const problem = workflowId === parent ? null : workflowIdProblem(workflowId, maxWorkflowIdBytes);
  if (problem !== null) return `not signalled: expected ${problem.accepted}`;
  const isLong = utf8Length(signal) > maxWorkflowIdBytes;
  return isLong
    ? `not signalled: expected the name of a signal of at most ${maxWorkflowIdBytes} bytes`
    : null;
}

/** Whether an entry, however malformed, is about a webhook. */
const namesWebhook = (entry: unknown): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  'webhook' in entry &&
  entry.webhook !== null &&
  entry.webhook !== '' &&
  entry.webhook !== 0;

function webhookSubscriber(entry: z.output<typeof webhookEntrySchema>): WebhookSubscriber {
  const { webhook, problemAfter = null, expiringWithin = null } = entry;
  return { webhook, problemAfterMs: problemAfter, expiringWithinMs: expiringWithin };
}

/** Applies `schema`, then a function to its result. Returns what is wrong otherwise, in words. */
function checked<S extends z.ZodType, T>(
  schema: S,
  payload: unknown,
  read: (value: z.output<S>) => T,
): T | string {
  const input = checkInput(schema, payload);
  return input.ok ? read(input.value) : describeProblems(input.problems);
}

/** Adds a subscriber unless it is already in the list. */
export function addOnce(subscribers: Subscriber[], subscriber: Subscriber): void {
  if (!subscribers.some((other) => isSame(other, subscriber))) subscribers.push(subscriber);
}

function isSame(one: Subscriber, other: Subscriber): boolean {
  if ('webhook' in one || 'webhook' in other) {
    return 'webhook' in one && 'webhook' in other && one.webhook === other.webhook;
  }
  return one.workflowId === other.workflowId && one.signal === other.signal;
}

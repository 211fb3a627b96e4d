import { z } from 'zod';
import { writeDuration } from '../duration';
import { currentForms } from '../input-forms';
import { utf8Length } from '../ids';
import { maxWorkflowIdBytes, workflowIdProblem } from '../workflow-id-limits';
import { checkInput, describeProblems, type InputProblem } from '../validation';
import { webhookNameSchema } from './notices/webhook-name';

/** Most workflows and webhooks that one tracker notifies of its end. */
export const maxSubscribers = 100;

/** Name of the signal that says how an import ended, unless the subscriber chose another. */
export const defaultSignal = 'importFinished';

const nameForm = 'a string of 1 to 1000 bytes';
const maxBytes = 1000;
/** A workflow id, or the name of a signal. */
export const nameSchema = z
  .string({ error: nameForm })
  .min(1, { error: nameForm })
  // A lone surrogate would stop the worker that signals it, a longer id than the server takes would stall the workflow.
  .refine((name) => utf8Length(name) <= maxBytes && !/\p{Surrogate}/u.test(name), { error: nameForm })
  .meta({ maxLength: maxBytes });

const entryForm = 'an object with workflowId and signal, both optional, or with webhook';

/** A field of the other kind of entry: a struct that has all of both leaves it empty. */
const otherField = () =>
  currentForms
    .optional(z.never({ error: 'no such field' }), ['', 0])
    .meta({ description: 'Belongs to the other kind of entry; leave it out.' });

const workflowIdText = 'The workflow whose current run is signalled. Default: the parent.';

/**
 * Whom to notify, as callers write it: a workflow's current run, by default the parent; and by which signal, by default
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
 * The other kind: a webhook that the operator has configured under this name. It is told of the end, and once each,
 * where asked for, of a problem that has lasted for so long and of an end of retention that is so near.
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

/** Such an entry, as callers write it. */
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

/** Payload of the signal `subscribe`: the same, but a workflow must be named. */
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

/** A webhook to call. What it has been told of on the way is null, like what it did not ask for. */
export interface WebhookSubscriber {
  webhook: string;
  problemAfterMs: number | null;
  expiringWithinMs: number | null;
}

export type Subscriber = WorkflowSubscriber | WebhookSubscriber;

/** A subscriber that could not be notified, and why. Of a webhook: its notice could not be handed over. */
export type Undelivered = (WorkflowSubscriber | { webhook: string }) & { reason: string };

/** What is expected of an entry without a workflow id where there is no parent to tell. */
const workflowIdForm = 'a workflow id, since this workflow has no parent to notify';
/** The same of a tracker whose parent is in another namespace: signals do not go from one to another. */
export const ownWorkflowIdForm =
  'a workflow id in this namespace, since signals cannot reach the parent in another one: await this workflow, or call it through Nexus';

/**
 * The subscribers that a field `notify` names, each once. One without a workflow id is the parent, so there must be
 * one: `accepted` is what to give without one. Entries that make no sense are left out: {@link notifySchema} names
 * them. A run begun before release 0.2 takes null for no absence.
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

/** Whom an entry names; without a workflow id it is the parent. Null for one that makes no sense, or is none. */
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

/** Adds the subscriber that a signal `subscribe` names; gives why not, or null when it is among them now. */
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

/** A subscriber as the input of the next run names it: what a webhook has been told of is not asked for again. */
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
 * Why a subscriber cannot be signalled, whether there is such a workflow or not; null when it can. To try would stop
 * the tracker for good: the server refuses the whole workflow task. The id of a `parent` the server has taken before.
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

/** Whether an entry is about a webhook, however wrong it is otherwise. */
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

/** What becomes of a payload that the schema takes, or what is wrong with it, in words. */
function checked<S extends z.ZodType, T>(
  schema: S,
  payload: unknown,
  read: (value: z.output<S>) => T,
): T | string {
  const input = checkInput(schema, payload);
  return input.ok ? read(input.value) : describeProblems(input.problems);
}

/** Adds a subscriber unless it is among them. */
export function addOnce(subscribers: Subscriber[], subscriber: Subscriber): void {
  if (!subscribers.some((other) => isSame(other, subscriber))) subscribers.push(subscriber);
}

function isSame(one: Subscriber, other: Subscriber): boolean {
  if ('webhook' in one || 'webhook' in other) {
    return 'webhook' in one && 'webhook' in other && one.webhook === other.webhook;
  }
  return one.workflowId === other.workflowId && one.signal === other.signal;
}

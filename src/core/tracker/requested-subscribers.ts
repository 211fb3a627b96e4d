import {
  addOnce,
  defaultSignal,
  maxSubscribers,
  nameSchema,
  readEntry,
  type Subscriber,
} from './subscribers';
import { webhookNameSchema } from './notices/webhook-name';

/**
 * The subscribers that an unusable input asks to notify, as far as it can be read. An entry that is malformed notifies
 * the parent, and in addition whatever it names. Empty if the input names no subscriber.
 */
export function requestedSubscribers(input: unknown, parent: string | undefined): Subscriber[] {
  const subscribers: Subscriber[] = [];
  for (const requested of entriesOf(input).flatMap(requestedBy)) {
    if ('webhook' in requested) addOnce(subscribers, requested);
    else {
      const { workflowId = parent, signal = defaultSignal } = requested;
      if (workflowId !== undefined) addOnce(subscribers, { workflowId, signal });
    }
  }
  return subscribers;
}

/** The entries of `notify`. An unreadable input counts as one entry, since it may have had some. */
function entriesOf(input: unknown): unknown[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [{}];
  const { notify } = input as { notify?: unknown };
  if (Array.isArray(notify)) return notify.filter((entry) => entry !== null).slice(0, maxSubscribers);
  const isNothing = notify === undefined || notify === null || notify === '' || notify === false;
  return isNothing ? [] : [notify];
}

type RequestedSubscriber = NonNullable<ReturnType<typeof readEntry>>;

/** The subscribers that an entry stands for. Without a workflow id, that is the parent. */
function requestedBy(entry: unknown): RequestedSubscriber[] {
  const read = readEntry(entry, true);
  if (read !== null) return [read];
  const given = typeof entry === 'object' ? { ...entry } : { workflowId: entry };
  const { workflowId, signal, webhook } = given as {
    [field in 'workflowId' | 'signal' | 'webhook']?: unknown;
  };
  const named = webhookNameSchema.safeParse(webhook).data;
  if (named !== undefined) return [{ webhook: named, problemAfterMs: null, expiringWithinMs: null }, {}];
  const [name, byName] = [nameSchema.safeParse(workflowId).data, nameSchema.safeParse(signal).data];
  const bySignal = byName === undefined ? {} : { signal: byName };
  if (name !== undefined) return [{ workflowId: name, ...bySignal }, {}];
  return workflowId === undefined || workflowId === null ? [bySignal, {}] : [{}];
}

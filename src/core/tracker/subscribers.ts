import { z } from 'zod';
import { utf8Length } from '../ids';
import { maxWorkflowIdBytes, workflowIdProblem } from '../workflow-id-limits';
import { checkInput, describeProblems, type InputProblem } from '../validation';

/** Most workflows that one tracker notifies of its end. */
export const maxSubscribers = 100;

/** Name of the signal that says how an import ended, unless the subscriber chose another. */
const defaultSignal = 'importFinished';

const nameForm = 'a string of 1 to 1000 bytes';
const maxBytes = 1000;
const nameSchema = z
  .string({ error: nameForm })
  .min(1, { error: nameForm })
  // A lone surrogate would stop the worker that signals it, a longer id than the server takes would stall the workflow.
  .refine((name) => utf8Length(name) <= maxBytes && !/\p{Surrogate}/u.test(name), { error: nameForm });

/**
 * Whom to notify, as callers write it: a workflow's current run, by default the parent; and by which signal, by default
 * `importFinished`.
 */
const subscriberSchema = z.strictObject(
  { workflowId: nameSchema.optional(), signal: nameSchema.optional() },
  { error: 'an object with workflowId and signal, both optional' },
);

/** The field `notify` of a tracker's input. */
export const notifySchema = z
  .array(subscriberSchema, { error: 'a list of {workflowId, signal}' })
  .max(maxSubscribers, { error: `a list of at most ${maxSubscribers}` });

/** Payload of the signal `subscribe`: the same, but the workflow must be named. */
const subscriptionSchema = subscriberSchema.extend({ workflowId: nameSchema });

/** A subscriber with its defaults filled in. */
export interface Subscriber {
  workflowId: string;
  signal: string;
}

/** A subscriber that could not be notified, and why. */
export interface Undelivered extends Subscriber {
  reason: string;
}

/**
 * The subscribers that a field `notify` names, each once. One without a workflow id is the parent, so there must be
 * one. Entries that make no sense are left out: {@link notifySchema} names them.
 */
export function readSubscribers(
  notify: unknown,
  parent: string | undefined,
): { subscribers: Subscriber[]; problems: InputProblem[] } {
  const subscribers: Subscriber[] = [];
  const problems: InputProblem[] = [];
  (Array.isArray(notify) ? notify : []).forEach((entry: unknown, index) => {
    const parsed = subscriberSchema.safeParse(entry);
    if (!parsed.success) return;
    const { workflowId = parent, signal = defaultSignal } = parsed.data;
    if (workflowId !== undefined) addOnce(subscribers, { workflowId, signal });
    else {
      const accepted = 'a workflow id, since this workflow has no parent to tell';
      problems.push({ field: `notify[${index}].workflowId`, seen: 'nothing', accepted });
    }
  });
  return { subscribers, problems };
}

/** Adds the subscriber that a signal `subscribe` names; gives why not, or null when it is among them now. */
export function subscribe(subscribers: Subscriber[], payload: unknown): string | null {
  const checked = checkInput(subscriptionSchema, payload);
  if (!checked.ok) return describeProblems(checked.problems);
  if (subscribers.length >= maxSubscribers) return `there are ${maxSubscribers} subscribers already`;
  const { workflowId, signal = defaultSignal } = checked.value;
  addOnce(subscribers, { workflowId, signal });
  return null;
}

/**
 * Why a subscriber cannot be signalled, whether there is such a workflow or not; null when it can. To try would stop
 * the tracker for good: the server refuses the whole workflow task. The id of a `parent` the server has taken before.
 */
export function undeliverable({ workflowId, signal }: Subscriber, parent: string | undefined): string | null {
  const problem = workflowId === parent ? null : workflowIdProblem(workflowId, maxWorkflowIdBytes);
  if (problem !== null) return `not signalled: expected ${problem.accepted}`;
  const isLong = utf8Length(signal) > maxWorkflowIdBytes;
  return isLong
    ? `not signalled: expected the name of a signal of at most ${maxWorkflowIdBytes} bytes`
    : null;
}

function addOnce(subscribers: Subscriber[], { workflowId, signal }: Subscriber): void {
  const known = subscribers.some((other) => other.workflowId === workflowId && other.signal === signal);
  if (!known) subscribers.push({ workflowId, signal });
}

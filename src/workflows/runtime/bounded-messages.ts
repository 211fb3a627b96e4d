import { METADATA_ENCODING_KEY, str, type Payload } from '@temporalio/common';
import {
  log,
  patched,
  workflowInfo,
  type ActivateInput,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import {
  beyondLimits,
  continuedInputLimits,
  endSignalLimits,
  inputLimits,
  maxSignals,
  messageLimits,
  type MessageLimits,
} from '../../core/message-limits';
import { asText, canDecode, isOfTeam } from './payload-reading';
import {
  importFinishedSignal,
  pollNowSignal,
  setPollingSignal,
  setPollingUpdate,
  subscribeSignal,
} from '../messages';

/** The messages that a workflow accepts besides its input: limits by name, null for a message without a payload. */
interface Messages {
  signals: ReadonlyMap<string, MessageLimits | null>;
  updates: ReadonlyMap<string, MessageLimits | null>;
}

/** By workflow type. Other workflows in the bundle are not checked. */
const messagesOf: ReadonlyMap<string, Messages> = new Map([
  [
    'trackImport',
    {
      signals: new Map([
        [pollNowSignal.name, null],
        [subscribeSignal.name, messageLimits],
        [setPollingSignal.name, messageLimits],
      ]),
      updates: new Map([[setPollingUpdate.name, messageLimits]]),
    },
  ],
  [
    'importRecords',
    { signals: new Map([[importFinishedSignal.name, endSignalLimits]]), updates: new Map<string, null>() },
  ],
  ['cleanStorage', { signals: new Map<string, null>(), updates: new Map<string, null>() }],
  ['deliverNotice', { signals: new Map<string, null>(), updates: new Map<string, null>() }],
]);

type Job = NonNullable<ActivateInput['activation']['jobs']>[number];
type Update = NonNullable<Job['doUpdate']>;
type Signal = NonNullable<Job['signalWorkflow']>;
type Payloads = Payload[] | null | undefined;

/**
 * Checks what is sent to our workflows before the SDK decodes it, which it does before any handler runs.
 * - A payload that is too large is replaced by a text that says so, which no schema accepts.
 * - So is a payload that no worker without a codec can read, except in a signal, which is ignored. The history records
 *   ignored signals by a patch id each, since another worker may have the codec.
 * - A payload that could be read before, but no longer, fails the workflow task until a worker can read it.
 * - In a flood, signals beyond a maximum are dropped. Of signals without a payload that arrive together, only one of
 *   each name is kept.
 */
export function interceptors(): WorkflowInterceptors {
  let signals = 0;
  let known = 0;
  const keep = (job: Job, messages: Messages, seen: Set<string>): boolean => {
    const { initializeWorkflow: start, queryWorkflow: query, doUpdate: update, signalWorkflow: signal } = job;
    // None of our queries has an argument.
    if (query) query.arguments = [];
    if (start) {
      start.arguments = readableInput(start.arguments);
      if (start.memo?.fields && isOfTeam()) start.memo.fields = decodable(start.memo.fields);
    }
    if (update) update.input = readableUpdate(update, messages.updates.get(update.name ?? ''));
    if (!signal) return true;
    signals += 1;
    const name = signal.signalName ?? '';
    const limits = messages.signals.get(name);
    // The SDK would keep a signal without a handler for the life of the workflow.
    if (limits === undefined) return false;
    known += 1;
    if (known === maxSignals + 1) log.warn(`signals beyond ${maxSignals} of this run are ignored`);
    if (known > maxSignals) return false;
    if (limits === null && seen.size === seen.add(name).size) return false;
    return keepSignal(signal, limits, `ignored-signal-${signals}`);
  };
  return {
    internals: [
      {
        activate(input, next) {
          const messages = messagesOf.get(workflowInfo().workflowType);
          const { activation } = input;
          const seen = new Set<string>();
          if (messages) activation.jobs = (activation.jobs ?? []).filter((job) => keep(job, messages, seen));
          next(input);
        },
      },
    ],
  };
}

function readableInput(given: Payloads): Payload[] {
  const { continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  // Under a schedule, every run has the input of the first.
  const isContinued = continuedFromExecutionRunId !== undefined && !cronSchedule;
  return readable(given, isContinued ? continuedInputLimits : inputLimits, (seen) => {
    // The previous run has written it, in a form that its worker could read.
    if (isContinued || isReplaying()) throw unreadableNow('the input', seen);
  });
}

function readableUpdate(
  { name, input, runValidator }: Update,
  limits: MessageLimits | null | undefined,
): Payload[] {
  if (!limits) return [];
  return readable(input, limits, (seen) => {
    if (runValidator !== true) throw unreadableNow(`the update ${name}`, seen);
  });
}

/** Whether to handle a signal. Replaces its payload if it is too large. */
function keepSignal(signal: Signal, limits: MessageLimits | null, patchId: string): boolean {
  let seenUnreadable: string | null = null;
  signal.input = limits === null ? [] : readable(signal.input, limits, (seen) => (seenUnreadable = seen));
  const isIgnored = isReplaying() ? patched(patchId) : seenUnreadable !== null && patched(patchId);
  if (isIgnored) log.warn(`signal ${signal.signalName} ignored: ${seenUnreadable ?? 'it could not be read'}`);
  else if (seenUnreadable !== null) throw unreadableNow(`the signal ${signal.signalName}`, seenUnreadable);
  return !isIgnored;
}

/**
 * Returns the single payload of our messages, or a text instead that says why it was not read. Calls `onUnreadable` if
 * the reason is its encoding.
 */
function readable(given: Payloads, limits: MessageLimits, onUnreadable: (seen: string) => void): Payload[] {
  const [payload] = given ?? [];
  if (payload === undefined) return [];
  const encoding = encodingOf(payload);
  if (encoding === 'binary/null') return [payload];
  if (encoding !== 'json/plain' && !isRead(payload, encoding, limits)) {
    const seen = `a payload ${encoding === null ? 'without an encoding' : `in the encoding ${encoding}`}`;
    // No codec turns plain bytes into a message of ours, on any worker.
    if (encoding !== 'binary/plain') onUnreadable(seen);
    return [replacement(seen)];
  }
  const beyond = beyondLimits(payload.data ?? new Uint8Array(), limits);
  if (beyond !== null) return [replacement(`a payload of ${beyond}`)];
  return [canDecode(payload) ? payload : replacement('a payload that is not JSON')];
}

const replacement = (seen: string): Payload => asText(`(${seen})`);

/**
 * Whether a team's own converter reads what ours does not. A payload that is too large is not tried, since it is
 * refused anyway.
 */
const isRead = (payload: Payload, encoding: string | null, { bytes }: MessageLimits): boolean =>
  encoding !== 'binary/plain' && isOfTeam() && ((payload.data?.length ?? 0) > bytes || canDecode(payload));

/** A memo without fields that cannot be decoded. Our workflows do not read it, but the SDK decodes it. */
const decodable = (fields: Record<string, Payload>): Record<string, Payload> =>
  Object.fromEntries(Object.entries(fields).filter(([, payload]) => canDecode(payload)));

/** The name of an encoding, safe to show; null without one. */
function encodingOf({ metadata }: Payload): string | null {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || encoding.length === 0) return null;
  return str(encoding.subarray(0, maxShownEncoding)).replace(/[^\x20-\x7e]/g, '?');
}
const maxShownEncoding = 60;

const isReplaying = (): boolean => workflowInfo().unsafe.isReplaying;

const unreadableNow = (what: string, seen: string): Error =>
  new Error(`${what} is ${seen}, which a worker has read before: give this worker the same codec and keys`);

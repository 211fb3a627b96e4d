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

/** What a workflow takes besides its input: limits by the message's name, null for one without a payload. */
interface Messages {
  signals: ReadonlyMap<string, MessageLimits | null>;
  updates: ReadonlyMap<string, MessageLimits | null>;
}

/** By workflow type. Other workflows of a bundle are none of our business. */
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
 * Judges what is sent to our workflows before the SDK decodes it, which it does before any handler runs. What is too
 * large is replaced by a text that says so, and that no schema accepts. So is what no worker without a codec can read,
 * but a signal: it is ignored. Which signals were ignored stands in the history, one patch id each, since another
 * worker may have the codec. What could be read once and no longer can fails the workflow task, until a worker comes
 * that can. A flood of signals costs little: those beyond a number are dropped, and so are all but one of those that
 * say nothing, where many come at once.
 */
export function interceptors(): WorkflowInterceptors {
  let signals = 0;
  let known = 0;
  const keep = (job: Job, messages: Messages, seen: Set<string>): boolean => {
    const { initializeWorkflow: start, queryWorkflow: query, doUpdate: update, signalWorkflow: signal } = job;
    // Of our queries none takes an argument.
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
    // The SDK would keep a signal that has no handler for as long as the workflow lives.
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
  // Every run of a schedule has the input of the first.
  const isContinued = continuedFromExecutionRunId !== undefined && !cronSchedule;
  return readable(given, isContinued ? continuedInputLimits : inputLimits, (seen) => {
    // The run before has written it, in a form that its worker could read.
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

/** Whether a signal is to be handled; its payload is replaced if it is too large. */
function keepSignal(signal: Signal, limits: MessageLimits | null, patchId: string): boolean {
  let seenUnreadable: string | null = null;
  signal.input = limits === null ? [] : readable(signal.input, limits, (seen) => (seenUnreadable = seen));
  const isIgnored = isReplaying() ? patched(patchId) : seenUnreadable !== null && patched(patchId);
  if (isIgnored) log.warn(`signal ${signal.signalName} ignored: ${seenUnreadable ?? 'it could not be read'}`);
  else if (seenUnreadable !== null) throw unreadableNow(`the signal ${signal.signalName}`, seenUnreadable);
  return !isIgnored;
}

/**
 * The one payload that our messages have, as it is, or replaced by a text that says why it is not read. `onUnreadable`
 * is told when it is for its encoding.
 */
function readable(given: Payloads, limits: MessageLimits, onUnreadable: (seen: string) => void): Payload[] {
  const [payload] = given ?? [];
  if (payload === undefined) return [];
  const encoding = encodingOf(payload);
  if (encoding === 'binary/null') return [payload];
  if (encoding !== 'json/plain' && !isRead(payload, encoding, limits)) {
    const seen = `a payload ${encoding === null ? 'without an encoding' : `in the encoding ${encoding}`}`;
    // Bytes need no codec: they are no message of ours for any worker.
    if (encoding !== 'binary/plain') onUnreadable(seen);
    return [replacement(seen)];
  }
  const beyond = beyondLimits(payload.data ?? new Uint8Array(), limits);
  if (beyond !== null) return [replacement(`a payload of ${beyond}`)];
  return [canDecode(payload) ? payload : replacement('a payload that is not JSON')];
}

const replacement = (seen: string): Payload => asText(`(${seen})`);

/** Whether a team's own converter reads what ours does not. What is too large is not tried: it is refused as such. */
const isRead = (payload: Payload, encoding: string | null, { bytes }: MessageLimits): boolean =>
  encoding !== 'binary/plain' && isOfTeam() && ((payload.data?.length ?? 0) > bytes || canDecode(payload));

/** A memo without what cannot be decoded, which our workflows do not read, but the SDK decodes. */
const decodable = (fields: Record<string, Payload>): Record<string, Payload> =>
  Object.fromEntries(Object.entries(fields).filter(([, payload]) => canDecode(payload)));

/** The name of an encoding, as it can be shown; null without one. */
function encodingOf({ metadata }: Payload): string | null {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || encoding.length === 0) return null;
  return str(encoding.subarray(0, maxShownEncoding)).replace(/[^\x20-\x7e]/g, '?');
}
const maxShownEncoding = 60;

const isReplaying = (): boolean => workflowInfo().unsafe.isReplaying;

const unreadableNow = (what: string, seen: string): Error =>
  new Error(`${what} is ${seen}, which a worker has read before: give this worker the same codec and keys`);

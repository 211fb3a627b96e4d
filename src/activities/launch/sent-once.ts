import { ApplicationFailure } from '@temporalio/activity';
import { idempotencyKeyLifeMs } from '../../core/api/idempotency';
import type { FailureType } from '../../core/failures';
import { dedupeProperty } from '../../core/pipeline/dedupe-value';
import { mayHaveImported } from '../../core/pipeline/launch/launch';
import { positionsIn } from '../../core/pipeline/selection';
import type {
  SendableRows,
  SentBefore,
  StartedAnswer,
  StartedImport,
  StartSelectedRowsInput,
} from '../../core/pipeline/launch/start-import';
import type { ObjectStore } from '../../ports/object-store';
import { classifyWrite, PrismError } from '../../ports/prism-error';
import { keepSentRequests, readSentRequests, type SentRequest } from '../../report/sent-requests';
import { storageFailure } from '../to-failure';
import { folderOfKey } from './launch-key';

/** Whether the API would create the records again if the rows were sent twice. */
const mustBeSentOnce = ({ options, only }: StartSelectedRowsInput): boolean =>
  dedupeProperty(options) === null || only === 'unkeyed';

/**
 * Sends rows, but never sends rows twice whose records the API would create again. After a reset the API may refuse
 * other rows than before, so the same rows can arrive in requests with other keys. Therefore every request is stored
 * before it is sent, and a request whose answer is known is not sent again. If some of the rows were sent in another
 * request, throws a failure with a {@link SentBefore}.
 */
export async function sentOnce(
  store: ObjectStore | null,
  input: StartSelectedRowsInput,
  rows: SendableRows & { positions: readonly number[] },
  send: () => Promise<StartedImport>,
): Promise<StartedImport> {
  if (store === null || !mustBeSentOnce(input)) return send();
  const { plan, batch, range, only, excluded, idempotencyKey: key } = input;
  const kept = await stored(readSentRequests(store, plan, batch));
  const others = kept.filter((request) => request.key !== key);
  const own = kept.find((request) => request.key === key) ?? null;
  if (own?.answer) return own.answer;
  const asked = new Set(rows.positions);
  const overlaps = (request: SentRequest) =>
    positionsIn(request.selection, rows).some((position) => asked.has(position));
  const before = own !== null && isStale(own) ? own : others.find(overlaps);
  if (before !== undefined) throw sentBefore(rows, before);
  const keep = (...requests: SentRequest[]) =>
    keepSentRequests(store, { folder: folderOfKey(key), batch }, [...others, ...requests]);
  const sent = own ?? {
    key,
    selection: { range, only, excluded },
    sentAt: new Date().toISOString(),
    answer: null,
  };
  if (own === null) await stored(keep(sent));
  const started = await send().catch(async (error: unknown) => {
    if (own === null && isHarmless(error)) await stored(keep());
    throw error;
  });
  if (isAnswer(started))
    await keep({ ...sent, answer: started }).catch(() => undefined); // the key gets the same answer again
  else if (own === null) await stored(keep());
  return started;
}

const isAnswer = (started: StartedImport): started is StartedAnswer =>
  started.kind === 'accepted' || started.kind === 'finished';

/** Whether the API has forgotten a request's key, and would execute the request again. */
const isStale = ({ sentAt }: SentRequest): boolean => Date.now() - Date.parse(sentAt) >= idempotencyKeyLifeMs;

/** Whether an attempt with this error has certainly imported nothing. */
function isHarmless(error: unknown): boolean {
  if (error instanceof PrismError)
    return !mayHaveImported({
      type: classifyWrite(error).type,
      status: error.facts.status,
      message: '',
      retryAfterMs: null,
    });
  if (!(error instanceof ApplicationFailure)) return false;
  const { status = null } = (error.details?.[0] ?? {}) as { status?: number | null };
  return !mayHaveImported({ type: error.type as FailureType, status, message: '', retryAfterMs: null });
}

const stored = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw storageFailure(error, false);
  });

/** To a worker of 0.1.0, this failure looks like a reused key, so it counts the rows as unknown. */
function sentBefore({ size, unkeyed }: SendableRows, { selection, answer }: SentRequest): ApplicationFailure {
  const facts: SentBefore = { size, unkeyed, selection, answer };
  const type: FailureType = 'PrismInvalidRequest';
  return ApplicationFailure.create({
    type,
    message: 'not sent, since rows of it were sent before under another idempotency key',
    nonRetryable: true,
    details: [{ retryAfterMs: null, status: 409, requestId: null, sentBefore: facts }],
  });
}

import type { z } from 'zod';
import { PrismError } from '../ports/prism-error';
import type { AnswerHead, HttpAnswer } from './http-answer';
import { readJson } from './read-json';
import { readServerError, type Mask } from './server-text';

/** What must be removed from a server's texts: `secrets` from all of them, `message` in addition from free text. */
export interface Masks {
  secrets: Mask;
  message: (text: string) => string | Promise<string>;
}

/** The JSON body of an answer other than 2xx; null if it is not JSON. */
export const errorBodyOf = ({ errorBody }: HttpAnswer): Promise<unknown> =>
  readJson(errorBody.toString('utf8'));

/** The error for an answer other than 2xx. `body` is its content, if it was already read. */
export async function refusal(answer: HttpAnswer, masks: Masks, body?: unknown): Promise<PrismError> {
  const { request, status, retryAfterMs } = answer;
  const server = readServerError(body === undefined ? await errorBodyOf(answer) : body);
  const code = server.code === null ? null : await readCode(server.code, masks);
  const message = server.message === null ? null : await masks.message(masks.secrets(server.message));
  const requestId = answer.requestId ?? (server.requestId === null ? null : masks.secrets(server.requestId));
  const reason = [code, message].filter((part) => part !== null).join(': ');
  const seen = `answered ${status}${reason === '' ? '' : ` (${reason})`}`;
  const id = requestId === null ? '' : ` [request id ${requestId}]`;
  return new PrismError(`${request}: ${seen}${id}. ${advice(status)}`, {
    problem: 'status',
    request,
    sent: true,
    status,
    requestId,
    code,
    retryAfterMs,
  });
}

/** A code is a word of the API, for comparison. It is treated as free text only if it does not look like one. */
async function readCode(code: string, masks: Masks): Promise<string> {
  const open = masks.secrets(code);
  return isCodeWord(open) ? open : await masks.message(open);
}

/** Whether a code looks like a word of the API. */
export const isCodeWord = (code: string): boolean => /^[a-z]+(?:[_.-][a-z]+)*$/.test(code);

function advice(status: number): string {
  if (status < 400)
    return 'Redirects are not followed, since the key is for the base URL only: check MICRO_BASE_URL.';
  if (status === 401) return 'Check MICRO_API_KEY or MICRO_API_KEY_FILE.';
  if (status === 403)
    return 'Check that the key of MICRO_API_KEY or MICRO_API_KEY_FILE is valid and may use this team.';
  if (status === 404) return 'Check MICRO_BASE_URL, the team id and the object type.';
  if (status === 429) return 'The rate limit or the monthly quota of the key is used up.';
  if (status === 408 || status >= 500) return 'The API reports a server error.';
  return 'The API refuses this request.';
}

/**
 * The error for a 2xx answer whose body is unusable. `seen` says why, without values. `what` was expected; default: an
 * import job.
 */
export function malformed(answer: AnswerHead, seen: string, what = 'import job'): PrismError {
  const { request, status, requestId, retryAfterMs } = answer;
  return new PrismError(
    `${request}: answered ${status} with a body that is not a valid ${what}: ${seen}. Check that MICRO_BASE_URL is the API's.`,
    { problem: 'malformed', request, sent: true, status, requestId, code: null, retryAfterMs },
  );
}

/** Where a body violates the contract, without values. */
export function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'it has another form';
  const where = issue.path.length === 0 ? '' : `at ${issue.path.map(String).join('.')}: `;
  return `${where}${issue.message}`;
}

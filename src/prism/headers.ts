import { isHeaderValue } from '../config/custom-headers';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PrismError, unanswered } from '../ports/prism-error';

/** Headers that the client or HTTP itself sets, and that a custom header therefore cannot. */
const reserved = new Set([
  ...['x-api-key', 'accept', 'content-type', 'idempotency-key', 'accept-encoding', 'host', 'content-length'],
  ...['transfer-encoding', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect'],
]);

/**
 * The custom headers to send, with names in lower case. Throws Node's TypeError, without the value, for what HTTP
 * cannot carry.
 */
export function usableHeaders(custom: Record<string, string>): Record<string, string> {
  const usable = Object.entries(custom).flatMap(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    const lower = name.toLowerCase();
    return reserved.has(lower) ? [] : [[lower, value] as const];
  });
  return Object.fromEntries(usable);
}

/** Throws a PrismError if a header of the request cannot be sent, or if there is no key. */
export function checkHeaders(request: string, headers: Record<string, string>): void {
  if (headers['x-api-key'] === '') {
    const text = `${request}: not sent, since there is no API key. Set MICRO_API_KEY or MICRO_API_KEY_FILE.`;
    throw new PrismError(text, unanswered('no_key', request, false));
  }
  for (const [name, value] of Object.entries(headers)) {
    if (isHeaderValue(value)) continue;
    const isKey = name === 'x-api-key';
    const [what, advice] = isKey ? ['the API key', ' Check MICRO_API_KEY.'] : [`the header ${name}`, ''];
    throw new PrismError(
      `${request}: not sent, since ${what} has characters that no header can carry.${advice}`,
      unanswered(isKey ? 'no_key' : 'unsendable', request, false),
    );
  }
}

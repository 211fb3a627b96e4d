/** Longest requested wait that is believed, in milliseconds: 30 days. */
export const maxHintMs = 30 * 86_400_000;

/** The headers that {@link readRetryAfter} reads, in lower case. */
export interface HintHeaders {
  'retry-after-ms'?: unknown;
  'retry-after'?: unknown;
  date?: unknown;
}

/**
 * The wait that a response requests, in whole milliseconds from 0 to {@link maxHintMs}, or null if there is none or it
 * is invalid. A numeric `retry-after-ms` takes precedence (as in the official SDKs), then `Retry-After` in seconds,
 * with fractions, or as an HTTP date (RFC 9110, section 10.2.3). A date is relative to the response's own `Date`, so
 * that a wrong local clock does no harm.
 */
export function readRetryAfter(headers: HintHeaders, nowMs: number): number | null {
  const milliseconds = readNumber(headers['retry-after-ms']);
  if (milliseconds !== null) return bounded(milliseconds);
  const seconds = readNumber(headers['retry-after']);
  if (seconds !== null) return bounded(seconds * 1000);
  const date = readHttpDate(headers['retry-after']);
  return date === null ? null : bounded(date - (readHttpDate(headers.date) ?? nowMs));
}

const imf = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Parses an HTTP date in its three forms (RFC 9110, section 5.6.7) to milliseconds since 1970; null for anything else.
 * Checks the form first, because `Date.parse` reads almost any text as a date, such as `-5`.
 */
export function readHttpDate(header: unknown): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  const known = imf.test(text) || rfc850.test(text);
  if (!known && !asctime.test(text)) return null;
  const ms = Date.parse(known ? text : `${text} GMT`);
  return Number.isNaN(ms) ? null : ms;
}

/** Digits with an optional fraction: no sign, no exponent, no hexadecimal. */
function readNumber(header: unknown): number | null {
  if (typeof header !== 'string') return null;
  return /^\d+(?:\.\d+)?$/.test(header.trim()) ? Number(header) : null;
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), maxHintMs);
}

import { baseUrlForm, parseBaseUrl, showBaseUrl } from '../config/base-url';
import { PrismError, unanswered } from '../ports/prism-error';

/**
 * Parses the base URL. Throws a TypeError that names `MICRO_BASE_URL` but does not show the value, which may contain a
 * password.
 */
export function requireBaseUrl(text: string): URL {
  const url = parseBaseUrl(text);
  if (url !== null) return url;
  throw new TypeError(`MICRO_BASE_URL: saw ${showBaseUrl(text)}, expected ${baseUrlForm}`);
}

/** The URL of a request, and its name in messages: method and path. */
export interface Address {
  url: string;
  request: string;
}

/**
 * The address of `segments` below the base URL, each percent-encoded. Throws a PrismError for a segment that no URL can
 * carry. `.` and `..` change the path even when encoded (WHATWG URL, double-dot URL path segment), and so would reach
 * another resource with the same key. An empty segment names the resource above. A lone surrogate has no encoding.
 */
export function addressOf(base: URL, method: string, segments: readonly string[]): Address {
  const encoded = segments.map(encode);
  const prefix = base.pathname.replace(/\/+$/, '');
  const path = `${prefix}/${encoded.map((segment, index) => segment ?? JSON.stringify(segments[index])).join('/')}`;
  const request = `${method} ${path}`;
  if (!encoded.includes(null)) return { url: base.origin + path, request };
  throw new PrismError(
    `${request}: not sent, since the part in quotes cannot be a part of a URL's path. Check the team and job id.`,
    unanswered('unsendable', request, false),
  );
}

function encode(segment: string): string | null {
  if (/^\.{0,2}$/.test(segment)) return null;
  try {
    return encodeURIComponent(segment);
  } catch {
    return null;
  }
}

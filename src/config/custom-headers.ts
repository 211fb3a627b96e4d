import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Checked, InputProblem } from '../core/validation';
import { minSecretCharacters } from '../ports/secret-mask';

const accepted =
  "lines like 'Name: value', the name of letters, digits and hyphens, the value without control characters";

/** Whether HTTP allows a header with this name. */
export const isHeaderName = (name: string): boolean => isAccepted(() => validateHeaderName(name));

/** Whether a header can have this value: no control characters, and nothing beyond Latin-1. */
export const isHeaderValue = (value: string): boolean =>
  isAccepted(() => validateHeaderValue('value', value));

function isAccepted(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/**
 * Parses `MICRO_CUSTOM_HEADERS` as the official SDKs do: one `Name: value` per line, split at the first colon, both
 * sides trimmed. Lines without a colon are ignored; the last line of a name counts. Names or values that HTTP does not
 * allow are problems. Values are never shown, since they may be credentials.
 */
export function checkCustomHeaders(text: string): Checked<Record<string, string>> {
  const headers = new Map<string, string>();
  const problems: InputProblem[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const colon = line.indexOf(':');
    if (colon === -1) return;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (isHeaderName(name) && isHeaderValue(value)) headers.set(name.toLowerCase(), value);
    else problems.push({ field: 'MICRO_CUSTOM_HEADERS', seen: describe(name, index + 1), accepted });
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: Object.fromEntries(headers) };
}

function describe(name: string, lineNumber: number): string {
  return isHeaderName(name)
    ? `a value with control or non-Latin characters for ${name} in line ${lineNumber}`
    : `no header name before the colon in line ${lineNumber}`;
}

const nameOfCredential = /auth|token|key|secret|cookie|session|passw|credential|signature/;

/**
 * The values of headers whose names suggest credentials, whole and word by word: `Bearer abc…` is also masked without
 * `Bearer`. Values of other headers, such as a tenant's name, are ordinary words in a log.
 */
export const headerSecrets = (headers: Record<string, string>): string[] =>
  Object.entries(headers)
    .filter(([name]) => nameOfCredential.test(name))
    .flatMap(([, value]) => [...new Set([value, ...value.split(/[\s;=,]+/)])])
    .filter((value) => value.length >= minSecretCharacters);

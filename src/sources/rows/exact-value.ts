import { tokensOf, kindOf, textOf, type JsonText } from '../../ports/json-text';

/**
 * Why a value would not arrive exactly as written, or null. JSON parsers differ on repeated names, on numbers beyond
 * the range of a double (most make them infinite, some null), and on lone surrogates. Digits beyond a double's
 * precision are fine, since they are sent verbatim.
 */
export function inexactReason(json: JsonText): string | null {
  const kind = kindOf(json);
  if (kind === 'string') return brokenText(json);
  if (kind === 'number') return hugeNumber(json);
  return kind === 'object' || kind === 'list' ? inexactPart(json) : null;
}

function inexactPart(json: JsonText): string | null {
  /** The names so far of each open object; null for a list. */
  const open: (Set<string> | null)[] = [];
  let isName = false;
  for (const { kind, start, end } of tokensOf(json)) {
    if (kind === '{' || kind === '[') open.push(kind === '{' ? new Set() : null);
    else if (kind === '}' || kind === ']') open.pop();
    else if (kind === 'string') {
      const text = json.slice(start, end) as JsonText;
      const broken = brokenText(text);
      if (broken !== null) return broken;
      if (isName && isRepeated(open.at(-1), textOf(text))) return givenTwice;
    } else if (kind === 'number') {
      const huge = hugeNumber(json.slice(start, end));
      if (huge !== null) return huge;
    }
    isName = (kind === '{' || kind === ',') && open.at(-1) instanceof Set;
  }
  return null;
}

/** The problem of an object with a repeated name. */
export const givenTwice = 'has a name twice in one object';

function isRepeated(names: Set<string> | null | undefined, name: string): boolean {
  if (names === null || names === undefined) return false;
  const before = names.size;
  return names.add(name).size === before;
}

const hugeNumber = (digits: string): string | null =>
  Number.isFinite(Number(digits)) ? null : 'has a number beyond 1.8e308';

const surrogateEscape = /\\u[dD][89a-fA-F]/;

const brokenText = (json: JsonText): string | null =>
  json.includes('\\') && surrogateEscape.test(json) && /\p{Cs}/u.test(textOf(json))
    ? 'has half of a surrogate pair, which is no text'
    : null;

import type { cellTypes } from '../../core/pipeline/source';
import { elementsOf, jsonText, kindOf, textOf, type JsonText } from '../../ports/json-text';
import { inexactReason } from './exact-value';

/** The types of cells. */
export type CellType = (typeof cellTypes)[number];

/** A parsed value as it is sent, or `fits: false` if it does not have the type; `why` says what else is wrong. */
export type ReadCell = { fits: true; value: JsonText } | { fits: false; why: string | null };

const misfit = { fits: false, why: null } as const;
const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const booleans = new Map([
  ...['true', 'yes', '1'].map((word) => [word, jsonText(true)] as const),
  ...['false', 'no', '0'].map((word) => [word, jsonText(false)] as const),
]);

/** What each type accepts, unless its name says it; for the end of a sentence. */
export const acceptedWords: Partial<Record<CellType, string>> = {
  boolean: 'true or false, yes or no, 1 or 0, in any case',
};

/** Parsers of the types, exact or not. Whitespace around a number or a boolean is ignored. */
const readers: Record<CellType, (text: string, exact: boolean) => ReadCell> = {
  string: (text) => ({ fits: true, value: jsonText(text) }),
  number: (text) => {
    const digits = text.trim();
    const fits = numberForm.test(digits) && Number.isFinite(Number(digits));
    return fits ? { fits, value: digits as JsonText } : misfit;
  },
  boolean: (text) => {
    const value = booleans.get(text.trim().toLowerCase());
    return value === undefined ? misfit : { fits: true, value };
  },
  json: (text, exact) => {
    try {
      JSON.parse(text);
    } catch {
      return misfit; // the parser's own message quotes the cell
    }
    const value = text.trim() as JsonText;
    return exact ? exactly(value) : { fits: true, value };
  },
};

function exactly(value: JsonText): ReadCell {
  const why = inexactReason(value);
  return why === null ? { fits: true, value } : { fits: false, why };
}

/**
 * Parses a cell as a type: JSON numbers, `true`/`false`, `yes`/`no`, `1`/`0` in any case, any JSON. With a separator,
 * the value is a list of its trimmed parts, without empty ones. Digits are kept. `exact` is that of `RowLimits`.
 */
export function readCell(text: string, type: CellType, separator: string | null, exact = true): ReadCell {
  if (separator === null) return readers[type](text, exact);
  const parts = text.split(separator).map((part) => part.trim());
  return readList(
    parts.filter((part) => part !== ''),
    (part) => readers[type](part, exact),
  );
}

/**
 * Converts a JSON value to a type, keeping its text. Strings are parsed like cells, null means no value, and with a
 * separator, a list is a list of values of the type.
 */
export function readValue(value: JsonText, type: CellType, separator: string | null): ReadCell {
  const kind = kindOf(value);
  if (kind === 'string') return readCell(textOf(value), type, separator);
  if (kind === 'null') return { fits: true, value };
  if (separator === null || type === 'json') return readSingle(value, type);
  return readList(kind === 'list' ? elementsOf(value) : [value], (element) =>
    type === 'string' && kindOf(element) !== 'string' ? misfit : readSingle(element, type),
  );
}

/** The type `string` accepts other values too, because it is the default for columns without a given type. */
function readSingle(value: JsonText, type: CellType): ReadCell {
  const kind = kindOf(value);
  if (kind === 'string') return type === 'string' ? exactly(value) : readers[type](textOf(value), true);
  return type === kind || type === 'string' || type === 'json' ? exactly(value) : misfit;
}

function readList<T extends string>(parts: readonly T[], read: (part: T) => ReadCell): ReadCell {
  const values: JsonText[] = [];
  for (const part of parts) {
    const found = read(part);
    if (!found.fits) return found;
    values.push(found.value);
  }
  return { fits: true, value: `[${values.join(',')}]` as JsonText };
}

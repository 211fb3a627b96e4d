import type { cellTypes } from '../../core/pipeline/source';

/** What a cell is read as. */
export type CellType = (typeof cellTypes)[number];

/** A cell read: its value, or `fits: false` when it is not of the type. */
export type ReadCell = { fits: true; value: unknown } | { fits: false };

const misfit = { fits: false } as const;
const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const booleans = new Map([
  ...['true', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'no', '0'].map((word) => [word, false] as const),
]);

/** How each type is read; space around a number or a boolean has no meaning. */
const readers: Record<CellType, (text: string) => ReadCell> = {
  string: (text) => ({ fits: true, value: text }),
  number: (text) => {
    const digits = text.trim();
    const value = Number(digits);
    return numberForm.test(digits) && Number.isFinite(value) ? { fits: true, value } : misfit;
  },
  boolean: (text) => {
    const value = booleans.get(text.trim().toLowerCase());
    return value === undefined ? misfit : { fits: true, value };
  },
  json: (text) => {
    try {
      return { fits: true, value: JSON.parse(text) as unknown };
    } catch {
      return misfit; // the parser's own message quotes the cell
    }
  },
};

/**
 * Reads a cell as a type: JSON numbers, `true`/`false`, `yes`/`no`, `1`/`0` in any case, any JSON. A separator makes
 * the value a list of its parts, trimmed, without empty ones.
 */
export function readCell(text: string, type: CellType, separator: string | null): ReadCell {
  if (separator === null) return readers[type](text);
  const values: unknown[] = [];
  for (const part of text.split(separator)) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const read = readers[type](trimmed);
    if (!read.fits) return misfit;
    values.push(read.value);
  }
  return { fits: true, value: values };
}

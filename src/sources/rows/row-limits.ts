import type { RowLimits } from '../../ports/batch-reader';
import { endOfString } from '../../ports/json-text';
import type { ColumnTarget } from './column-mapping';
import { showName } from './show-names';
import { maxRowBytes } from './split-rows';

/**
 * Limits of a row in a new plan. It may have as many values as the widest spreadsheet has columns, so that every row is
 * read quickly, and is not nested too deeply for the stack of any reader.
 */
export const rowLimits: RowLimits = { rowBytes: maxRowBytes, values: 16_384, depth: 100, exact: true };

/**
 * Limits of a row in a plan of 0.1.0, which does not state them: the rows of a plan, and what is sent of them under a
 * key that may have been used, must stay the same. Only the stack limited their depth.
 */
export const firstRowLimits: RowLimits = {
  rowBytes: 16 * 1024 * 1024,
  values: Infinity,
  depth: 1000,
  exact: false,
};

const [quote, comma] = [0x22, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Why a text that may be JSON is nested too deeply or has too many values, or null. */
export function jsonExcess(text: string, { values, depth }: RowLimits): string | null {
  if (text.length <= Math.min(values, depth)) return null;
  let level = 0;
  let count = 1;
  // Comparisons only, because most of up to a MiB of characters match none of these.
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openList || code === openObject) level += 1;
    else if (code === closeList || code === closeObject) level -= 1;
    else if (code === comma) count += 1;
    else continue;
    if (level > depth) return 'nested too deeply';
    if (count > values) return tooManyValues(values);
  }
  return null;
}

/** Why a column's text would become too many values, or too deep a value; or null. */
export function excessOf(
  { type, separator }: ColumnTarget,
  column: string,
  text: string,
  limits: RowLimits,
): string | null {
  const excess = separator === null ? null : listExcess(text, separator, limits);
  if (excess !== null) return `its column ${showName(column)} ${excess}`;
  if (type !== 'json' || jsonExcess(text, limits) === null) return null;
  return `its column ${showName(column)} is not of type json`;
}

function listExcess(text: string, separator: string, { values }: RowLimits): string | null {
  if (text.length <= values) return null;
  let count = 1;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + separator.length)) {
    count += 1;
    if (count > values) return tooManyValues(values);
  }
  return null;
}

const tooManyValues = (values: number): string => `has more than ${values} values`;

import type { Column, Source } from '../../core/pipeline/source';
import type { RowLimits } from '../../ports/batch-reader';
import { jsonText, type JsonText } from '../../ports/json-text';
import { acceptedWords, readCell, readValue, type CellType } from './read-cell';
import { showName } from './show-names';

/** The target of a column: a property, the type to parse, and a separator if it is split. */
export interface ColumnTarget {
  property: string;
  type: CellType;
  separator: string | null;
}

/** The mapped target of a column or name, else the property of the same name; null if it is left out. */
export function targetOf(name: string, mapping: NonNullable<Source['mapping']>): ColumnTarget | null {
  const column: Column | undefined = Object.hasOwn(mapping, name) ? mapping[name] : name;
  if (column === null || column === undefined) return null;
  if (typeof column === 'string') return textTarget(column);
  return { property: column.property, type: column.type, separator: column.separator ?? null };
}

/** The target of a column whose text is used unchanged. */
export const textTarget = (property: string): ColumnTarget => ({ property, type: 'string', separator: null });

/** Whether a target takes texts unchanged. */
export const isPlain = ({ type, separator }: ColumnTarget): boolean =>
  type === 'string' && separator === null;

/** Adds a text's value. Returns what is wrong with it, or null. A text of separators only adds nothing. */
export function addText(
  values: Values,
  target: ColumnTarget,
  column: string,
  text: string,
  { exact }: Pick<RowLimits, 'exact'>,
): string | null {
  if (isPlain(target)) {
    values.push([target.property, jsonText(text)]);
    return null;
  }
  const read = readCell(text, target.type, target.separator, exact);
  if (!read.fits) return misfitOf(target, column, read.why, acceptedWords[target.type]);
  if (target.separator === null || read.value !== '[]') values.push([target.property, read.value]);
  return null;
}

/** Adds a JSON value, except a string to be parsed. Returns what is wrong with it, or null. */
export function addValue(
  values: Values,
  target: ColumnTarget,
  column: string,
  value: JsonText,
): string | null {
  const read = readValue(value, target.type, target.separator);
  if (!read.fits) return misfitOf(target, column, read.why);
  values.push([target.property, read.value]);
  return null;
}

type Values = [property: string, value: JsonText][];

function misfitOf(
  { type, separator }: ColumnTarget,
  column: string,
  why: string | null,
  words?: string,
): string {
  const kind = separator === null ? `of type ${type}` : `a list of type ${type}`;
  return `its column ${showName(column)} ${why ?? `is not ${kind}${words === undefined ? '' : ` (${words})`}`}`;
}

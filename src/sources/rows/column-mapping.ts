import type { Column, Source } from '../../core/pipeline/source';
import { readCell, type CellType } from './read-cell';
import { showName } from './show-names';

/** Where a column goes: to a property, read as a type, split at a separator or not. */
export interface ColumnTarget {
  property: string;
  type: CellType;
  separator: string | null;
}

/** Where the column or name goes, as mapped, else to the property of its own name; null when it is left out. */
export function targetOf(name: string, mapping: NonNullable<Source['mapping']>): ColumnTarget | null {
  const column: Column | undefined = Object.hasOwn(mapping, name) ? mapping[name] : name;
  if (column === null || column === undefined) return null;
  if (typeof column === 'string') return { property: column, type: 'string', separator: null };
  return { property: column.property, type: column.type, separator: column.separator ?? null };
}

/** Whether a text goes there as it stands. */
export const isPlain = ({ type, separator }: ColumnTarget): boolean =>
  type === 'string' && separator === null;

/** Adds what a text says; gives what is wrong with it, or null. */
export function addText(
  values: [string, unknown][],
  target: ColumnTarget,
  column: string,
  text: string,
): string | null {
  if (isPlain(target)) {
    values.push([target.property, text]);
    return null;
  }
  const { property, type, separator } = target;
  const read = readCell(text, type, separator);
  if (!read.fits) {
    const kind = separator === null ? `of type ${type}` : `a list of type ${type}`;
    return `its column ${showName(column)} is not ${kind}`;
  }
  if (!Array.isArray(read.value) || read.value.length > 0 || separator === null)
    values.push([property, read.value]);
  return null;
}

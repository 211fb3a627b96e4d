import type { Column, Source } from '../../core/pipeline/source';
import type { CellType } from './read-cell';

/** Where a column goes: to a property, read as a type, split at a separator or not. */
export interface Place {
  property: string;
  type: CellType;
  separator: string | null;
}

/** Where the column or name goes, as mapped, else to the property of its own name; null when it is left out. */
export function placeOf(name: string, mapping: NonNullable<Source['mapping']>): Place | null {
  const column: Column | undefined = Object.hasOwn(mapping, name) ? mapping[name] : name;
  if (column === null || column === undefined) return null;
  if (typeof column === 'string') return { property: column, type: 'string', separator: null };
  return { property: column.property, type: column.type, separator: column.separator ?? null };
}

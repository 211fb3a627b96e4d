import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { targetOf, type ColumnTarget } from '../../rows/column-mapping';
import { trimmed } from '../../rows/blank';

/** A column of a CSV. */
export interface CsvColumn {
  /** Counts from 1. */
  position: number;
  /** Without blanks around it; empty for a column without a name. */
  name: string;
  /** What a mapping calls it; null when the mapping says nothing of it. */
  key: string | null;
  /** Where its cells go; null when it is left out. */
  target: ColumnTarget | null;
}

type Mapping = NonNullable<Source['mapping']>;

/** The columns of a CSV by its header, whose cells may have blanks around them. */
export function csvColumns(
  { mapping = {} }: Source,
  { rules }: Pick<SourceForm, 'rules'>,
  header: readonly string[],
): CsvColumn[] {
  if (rules === 1) return header.map((name, index) => firstColumn(name, index + 1, mapping));
  const names = header.map(trimmed);
  const keyOf = keyFinder(mapping, header, names);
  return names.map((name, index) => {
    const [position, key] = [index + 1, keyOf(index)];
    const isLeftOut = key === null && name === '';
    return { position, name, key, target: isLeftOut ? null : targetOf(key ?? name, mapping) };
  });
}

/** A column by the rules of 0.1.0, where its name is the cell as it stands. */
const firstColumn = (name: string, position: number, mapping: Mapping): CsvColumn => ({
  position,
  name,
  key: Object.hasOwn(mapping, name) ? name : null,
  target: targetOf(name, mapping),
});

/** The form of a key that names a column by its position, counted from 1. */
const positionForm = /^#\d{1,9}$/;

/** The position that a key of a mapping stands for; null for a name, which it is when a column is called so. */
export function positionOf(key: string, names: ReadonlySet<string>): number | null {
  return positionForm.test(key) && !names.has(key) ? Number(key.slice(1)) : null;
}

/**
 * Which key of a mapping is for a column: its position, else its name as it stands in the header, else its name without
 * blanks around it, be they in the header or in the key.
 */
function keyFinder(
  mapping: Mapping,
  header: readonly string[],
  names: readonly string[],
): (index: number) => string | null {
  const known = new Set(names);
  const byPosition = new Map<number, string>();
  const byName = new Map<string, string>();
  for (const key of Object.keys(mapping)) {
    const position = positionOf(key, known);
    const name = trimmed(key);
    if (position !== null) byPosition.set(position, key);
    else if (key === name || !byName.has(name)) byName.set(name, key);
  }
  return (index) => {
    const cell = header[index] ?? '';
    const positioned = byPosition.get(index + 1);
    if (positioned !== undefined) return positioned;
    return Object.hasOwn(mapping, cell) ? cell : (byName.get(names[index] ?? '') ?? null);
  };
}

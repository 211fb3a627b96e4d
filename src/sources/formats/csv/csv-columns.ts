import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { targetOf, type ColumnTarget } from '../../rows/column-mapping';
import { trimmed } from '../../rows/blank';

/** A column of a CSV. */
export interface CsvColumn {
  /** Counts from 1. */
  position: number;
  /** Without surrounding blanks; empty for a column without a name. */
  name: string;
  /** Its key in the mapping; null if the mapping does not name it. */
  key: string | null;
  /** The target of its cells; null if it is left out. */
  target: ColumnTarget | null;
}

type Mapping = NonNullable<Source['mapping']>;

/** The columns of a CSV from its header, whose cells may have surrounding blanks. */
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

/** A column by the rules of 0.1.0: its name is the cell verbatim. */
const firstColumn = (name: string, position: number, mapping: Mapping): CsvColumn => ({
  position,
  name,
  key: Object.hasOwn(mapping, name) ? name : null,
  target: targetOf(name, mapping),
});

/** A key that is a column's position, counted from 1. */
const positionForm = /^#\d{1,9}$/;

/** The position in a key of a mapping. Null if the key is a name, as it is if a column has this name. */
export function positionOf(key: string, names: ReadonlySet<string>): number | null {
  return positionForm.test(key) && !names.has(key) ? Number(key.slice(1)) : null;
}

/**
 * Returns a function that finds a column's key in the mapping: its position, else its name as in the header, else its
 * name ignoring blanks around the name or the key.
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

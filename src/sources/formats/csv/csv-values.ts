import type { Source } from '../../../core/pipeline/source';
import { addText, targetOf } from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import type { SplitRow } from '../../rows/split-rows';

/** The cells of a row. */
export function cellsOf(row: SplitRow, raw: Buffer, delimiter = ','): string[] {
  if (row.cells !== null) return row.cells;
  return raw
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .split(delimiter);
}

/** Reads cells by the columns; an empty cell leaves its property out. */
export function csvValues({ mapping = {}, delimiter }: Source, columns: readonly string[]) {
  const targets = columns.map((name) => targetOf(name, mapping));
  return (row: SplitRow, raw: Buffer): RowValues => {
    const cells = cellsOf(row, raw, delimiter);
    if (cells.length !== columns.length) {
      return `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, expected ${columns.length} as in the header`;
    }
    const values: [string, unknown][] = [];
    for (const [index, cell] of cells.entries()) {
      const target = targets[index];
      if (cell === '' || target === null || target === undefined) continue;
      const problem = addText(values, target, columns[index] ?? '', cell);
      if (problem !== null) return problem;
    }
    return values;
  };
}

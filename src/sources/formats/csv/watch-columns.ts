import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { isBlank } from '../../rows/blank';
import { showNames } from '../../rows/show-names';
import type { SplitRow } from '../../rows/split-rows';
import type { Notes, RowWatch } from '../row-format';
import { csvColumns, type CsvColumn } from './csv-columns';
import { cellsOf } from './csv-values';
import { dialectOf } from './dialect';
import { positionsOf } from './positions';
import { mayShowNames } from './read-header';

/** Collects findings and warnings about a CSV's columns. Reads rows only if a column without a name is left out. */
export function watchColumns(source: Source, form: SourceForm, header: readonly string[]): RowWatch {
  const columns = csvColumns(source, form, header);
  const nameless = columns.filter(({ name, key }) => name === '' && key === null);
  const dialect = dialectOf(form);
  const valued = new Set<CsvColumn>();
  const see = (row: SplitRow, raw: Buffer): void => {
    if (valued.size === nameless.length || row.malformed !== null) return;
    const cells = cellsOf(dialect, row, raw, columns.length + 1);
    if (cells.length !== columns.length) return;
    for (const column of nameless) if (!isBlank(cells[column.position - 1] ?? '')) valued.add(column);
  };
  return {
    see: nameless.length === 0 ? null : see,
    notes: () => ({
      findings: trimmedNames(source, columns, header),
      warnings: [...namelessWarnings(nameless, valued), ...unmappedWarnings(source, columns)],
    }),
  };
}

function trimmedNames(
  source: Source,
  columns: readonly CsvColumn[],
  header: readonly string[],
): Notes['findings'] {
  const changed = columns.filter(({ name, position }) => name !== '' && name !== header[position - 1]);
  if (changed.length === 0) return [];
  const subject = changed.length === 1 ? 'the name of column' : 'the names of columns';
  const shown = mayShowNames(source, columns) ? `: ${showNames(changed.map(({ name }) => name))}` : '';
  return [`blanks around ${subject} ${positionsOf(changed)} are dropped${shown}`];
}

function namelessWarnings(nameless: readonly CsvColumn[], valued: ReadonlySet<CsvColumn>): string[] {
  const [first] = nameless;
  if (first === undefined) return [];
  const [filled, isOne] = [nameless.filter((column) => valued.has(column)), nameless.length === 1];
  const which = filled.length === nameless.length ? '' : ` in ${positionsOf(filled)}`;
  const values = filled.length === 0 ? 'no row has a value there' : `rows have values there${which}`;
  return [
    `source.uri: ${isOne ? 'column' : 'columns'} ${positionsOf(nameless)} ${isOne ? 'has' : 'have'} no name ` +
      `and ${isOne ? 'is' : 'are'} left out (${values}); "#${first.position}" in source.mapping stands for ` +
      `column ${first.position}`,
  ];
}

/** A warning about the columns that a mapping does not name; none without a mapping. */
function unmappedWarnings(source: Source, columns: readonly CsvColumn[]): string[] {
  if (source.mapping === undefined) return [];
  const names = columns.flatMap(({ name, key }) => (key === null && name !== '' ? [name] : []));
  if (names.length === 0) return [];
  const subject =
    names.length === 1 ? '1 column not named there is' : `${names.length} columns not named there are`;
  const own = names.length === 1 ? 'its own name' : 'their own names';
  const shown = mayShowNames(source, columns) ? `: ${showNames(names)}` : '';
  return [`source.mapping: ${subject} imported under ${own}${shown}`];
}

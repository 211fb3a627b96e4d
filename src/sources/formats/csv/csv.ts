import { SourceError } from '../../../ports/source-error';
import { rowLimits } from '../../rows/row-limits';
import type { RowFormat } from '../row-format';
import { csvColumns } from './csv-columns';
import { countCells, csvValues } from './csv-values';
import { surelyHasValue } from './dedupe-column';
import { csvLeftOut } from './left-out-rows';
import { dialectOf } from './dialect';
import { readHeader } from './read-header';
import { splitCsv } from './split-csv';
import { watchColumns } from './watch-columns';

/** CSV (RFC 4180) with a header line. */
export const csv: RowFormat = {
  extensions: ['.csv'],
  readHeader: (source, form, row, raw, asked) => {
    const count = countCells(dialectOf(form), row, raw);
    if (count <= rowLimits.values) return readHeader(source, form, row, raw, asked);
    const seen = `${source.uri} (a header of ${count} columns)`;
    throw new SourceError('source.uri', seen, `at most ${rowLimits.values} columns`);
  },
  toLines: null,
  splitRows: (form) => {
    const dialect = dialectOf(form);
    return (bytes, last, most) => splitCsv(dialect, bytes, last, most);
  },
  readValues: csvValues,
  leftOut: csvLeftOut,
  surelyHasValue,
  countCells: (form) => {
    const dialect = dialectOf(form);
    return (row, raw) => countCells(dialect, row, raw);
  },
  watch: watchColumns,
  destinations: (source, form, header) =>
    csvColumns(source, form, header).map(({ name, position, target }) => ({
      column: name === '' ? `#${position}` : name,
      target,
    })),
  noRows: (hasHeader) => ({
    seen: hasHeader ? 'a header and no rows' : 'no header line',
    accepted: 'a CSV with a header line and at least one row',
  }),
};

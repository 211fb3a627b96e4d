import type { RowFormat } from '../row-format';
import { csvValues } from './csv-values';
import { readHeader } from './read-header';
import { splitCsv } from './split-csv';

/** CSV (RFC 4180) with a header line. */
export const csv: RowFormat = {
  extensions: ['.csv'],
  readHeader,
  splitRows:
    ({ delimiter = ',' }) =>
    (bytes, last) =>
      splitCsv(delimiter, bytes, last),
  readValues: csvValues,
  noRows: (hasHeader) => ({
    seen: hasHeader ? 'a header and no rows' : 'no header line',
    accepted: 'a CSV with a header line and at least one row',
  }),
};

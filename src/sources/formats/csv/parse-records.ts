import { CsvError, parse } from 'csv-parse/sync';

/** A record of a CSV: its cells, and the offset behind its line end. */
export interface ParsedRecord {
  cells: string[];
  end: number;
}

const quote = 0x22;

/** Below this distance it costs less to go on than to start the parser again at the next quote. */
const quotelessBytes = 4096;

/**
 * The records at the beginning of some bytes, up to the first broken one or to a long stretch without quotes. `broken`
 * is the parser's code for what broke, or null.
 */
export function parseRecords(
  delimiter: string,
  bytes: Buffer,
): { records: ParsedRecord[]; broken: string | null } {
  const records: ParsedRecord[] = [];
  const enough = new Error('a long stretch without quotes');
  let quoteAt = 0;
  try {
    parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { bytes: end }) => {
        records.push({ cells, end });
        if (quoteAt < end) quoteAt = nextQuote(bytes, end);
        if (quoteAt - end > quotelessBytes) throw enough;
        return null;
      },
    });
    return { records, broken: null };
  } catch (error) {
    if (error === enough) return { records, broken: null };
    if (error instanceof CsvError) return { records, broken: error.code };
    throw error;
  }
}

function nextQuote(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(quote, from);
  return at === -1 ? Infinity : at;
}

import type { SourceForm } from '../../../ports/batch-reader';
import { lineEndsOf, type LineEnds } from '../../rows/line-ends';

/** How the cells of a CSV are found. */
export interface Dialect {
  /** The delimiter in UTF-8. */
  separator: Buffer;
  ends: LineEnds;
  /** Whether a quote within an unquoted cell, and text after a closing quote, are literal. */
  lenient: boolean;
  /** Whether to drop a byte order mark at the start of a row. */
  rowMarks: boolean;
}

/** The dialect of a source. */
export function dialectOf({ delimiter, lineEnd, lenientQuotes, rules }: SourceForm): Dialect {
  return {
    separator: Buffer.from(delimiter),
    ends: lineEndsOf[lineEnd],
    lenient: lenientQuotes,
    rowMarks: rules === 2,
  };
}

import type { SourceForm } from '../../../ports/batch-reader';
import { lineEndsOf, type LineEnds } from '../../rows/line-ends';

/** How the cells of a CSV are found. */
export interface Dialect {
  /** Between cells, in UTF-8. */
  separator: Buffer;
  ends: LineEnds;
  /** Whether a quote within an unquoted cell stands for itself, and so does what follows a closing quote. */
  lenient: boolean;
  /** Whether a byte order mark at the start of a row is left out. */
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

import type { Source } from '../../core/pipeline/source';
import type { LineEnd } from '../../core/pipeline/source-formats';
import { behindQuotes } from '../formats/csv/split-csv';
import { lineEndsOf } from '../rows/line-ends';
import { behindMarks } from '../rows/row-mark';
import { refusal } from './refuse';

const [quote, lineFeed, carriageReturn] = [0x22, 0x0a, 0x0d];
const cellStarts = [...',;\t|\r\n'].map((character) => character.charCodeAt(0));

const overrule = '--line-end says otherwise';
/** The message for a text whose lines end with CR alone. */
export const linesEndWithCr = `lines end with CR alone (no LF is there; ${overrule})`;

/** The message for a text whose lines end with LF and contain a CR alone. */
const strayCr = `a CR alone does not end a line where others end with LF: it stays in its cell (${overrule})`;

/** The line ends of a source, and messages about how they were detected. */
export interface FoundLineEnd {
  lineEnd: LineEnd;
  findings: string[];
}

/**
 * Detects the line ends of a text: the input's, else that of the first line. Throws a `SourceError` if the first line
 * ends with CR alone and others with LF.
 */
export function findLineEnd(source: Source, text: Buffer, whole: boolean): FoundLineEnd {
  if (source.lineEnd !== undefined) return { lineEnd: source.lineEnd, findings: [] };
  const kinds = lineEndsIn(text, whole, source.delimiter);
  const [first = 'lf'] = kinds;
  if (first === 'lf') return { lineEnd: 'lf', findings: kinds.has('cr') ? [strayCr] : [] };
  if (first === 'crcrlf')
    return { lineEnd: first, findings: [`lines end with CR CR LF (as the first one; ${overrule})`] };
  if (kinds.size === 1) return { lineEnd: first, findings: [linesEndWithCr] };
  const seen = 'a first line that ends with CR alone, and others that end with LF';
  throw refusal(source, seen, 'one kind of line end, or --line-end cr or lf (source.lineEnd)');
}

/** The kinds of line ends outside of quotes, by first occurrence. A quote counts only at the start of a cell. */
function lineEndsIn(text: Buffer, whole: boolean, delimiter = ''): Set<LineEnd> {
  const starts = new Set([...cellStarts, ...Buffer.from(delimiter).subarray(-1)]);
  const kinds = new Set<LineEnd>();
  for (let at = behindMarks(text, 0); at < text.length; at += 1) {
    const byte = text[at];
    if (byte === quote && (at === 0 || starts.has(text[at - 1] ?? 0) || behindMarks(text, at - 3) === at)) {
      const behind = behindQuotes(text, at, text.length);
      if (behind === -1) break;
      at = behind - 1;
    } else if (byte === lineFeed) kinds.add('lf');
    else if (byte === carriageReturn) {
      const length = lineEndsOf.crcrlf.lengthAt(text, at);
      if (length === 0 && at + 2 >= text.length && !whole) break;
      kinds.add(length === 3 ? 'crcrlf' : length === 2 ? 'lf' : 'cr');
      at += Math.max(0, length - 1);
    }
  }
  return kinds;
}

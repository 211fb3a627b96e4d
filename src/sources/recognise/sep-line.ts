import { behindMarks } from '../rows/row-mark';

/** The line that tells spreadsheets the delimiter: `sep=;`, quoted or not, and padded if the file was saved again. */
const form = /^"?sep=(\\t|[^\r\n]?)\1*"?$/iu;

/** A first line that only states the delimiter. */
export interface SepLine {
  /** The delimiter; null if the line states none. */
  delimiter: string | null;
  /** Start of the next line. */
  end: number;
}

/** The line `sep=` at the start of a text, or null. */
export function sepLine(text: Buffer): SepLine | null {
  const start = behindMarks(text, 0);
  const head = text.toString('utf8', start, start + 64);
  const [line = ''] = head.split(/\r|\n/, 1);
  const [, delimiter] = form.exec(line) ?? [];
  if (delimiter === undefined) return null;
  const lineEnd = /^\r{0,2}\n|^\r/.exec(head.slice(line.length))?.[0] ?? '';
  const named = delimiter === '\\t' ? '\t' : delimiter;
  const end = start + Buffer.byteLength(line + lineEnd);
  return { delimiter: named === '' || named === '"' ? null : named, end };
}

import { behindMarks } from '../rows/row-mark';

/** The line with which spreadsheets are told the delimiter: `sep=;`, in quotes or not, and padded when saved again. */
const form = /^"?sep=(\\t|[^\r\n]?)\1*"?$/iu;

/** A first line that only says what the delimiter is. */
export interface SepLine {
  /** What it says; null when it says nothing. */
  delimiter: string | null;
  /** Where the next line begins. */
  end: number;
}

/** The line `sep=` that a text begins with, or null. */
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

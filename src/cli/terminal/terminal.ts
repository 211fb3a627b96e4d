import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { isDumbTerminal } from '../../config/host/dumb-terminal';
import { ellipsis } from './ascii';

/** What commands a terminal (ECMA-48 and xterm's "Control Sequences"). */
export const sequences = {
  clearLine: '\u001b[K',
  clearBelow: '\u001b[J',
  home: '\u001b[H',
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
  /** A line that is too long is cut off by the terminal, and not continued on the next one. */
  cutLines: '\u001b[?7l',
  wrapLines: '\u001b[?7h',
  /** A screen of one's own, beside what was on the terminal before. */
  enterScreen: '\u001b[?1049h',
  leaveScreen: '\u001b[?1049l',
} as const;

/** Whether a stream is a terminal on which lines can be drawn again. */
export const canDraw = (stream: NodeJS.WriteStream): boolean => stream.isTTY && !isDumbTerminal();

/** Columns and rows of a terminal; 80 and 24 while it does not say. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/**
 * The columns that a text takes on a terminal: two for a wide letter or an emoji, none for a mark on the letter before.
 */
export const displayWidth = (text: string): number => stringWidth(text);

/** Splits at letters as people see them: marks and parts of an emoji stay together. */
const letters = new Intl.Segmenter();

/** A text of at most so many columns, with an ellipsis in place of what was cut off. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  let [kept, columns] = ['', 0];
  for (const { segment } of letters.segment(text)) {
    columns += displayWidth(segment);
    if (columns > width - 1) break;
    kept += segment;
  }
  return `${kept}${ellipsis()}`;
}

/** Colours that mean something: what is well, what needs a look, what is wrong, what goes on, what matters less. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'busy' | 'faint' | 'strong';

const styles = {
  good: 'green',
  doubtful: 'yellow',
  bad: 'red',
  busy: 'cyan',
  faint: 'dim',
  strong: 'bold',
} as const;

/**
 * Colours a text when the stream is a terminal that has colours and nobody has declined them (`NO_COLOR`, `TERM=dumb`).
 */
export function colorize(
  text: string,
  tone: Tone | null,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  const isColoured = tone !== null && stream.isTTY && stream.hasColors();
  return isColoured ? styleText(styles[tone], text, { validateStream: false }) : text;
}

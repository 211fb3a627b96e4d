import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { isDumbTerminal } from '../../config/host/dumb-terminal';
import { ellipsis } from './ascii';

/** Control sequences of a terminal (ECMA-48 and xterm's "Control Sequences"). */
export const sequences = {
  clearLine: '\u001b[K',
  clearBelow: '\u001b[J',
  home: '\u001b[H',
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
  /** The terminal truncates long lines instead of wrapping them. */
  cutLines: '\u001b[?7l',
  wrapLines: '\u001b[?7h',
  /** The alternate screen, which preserves what the terminal showed before. */
  enterScreen: '\u001b[?1049h',
  leaveScreen: '\u001b[?1049l',
} as const;

/** Whether a stream is a terminal on which lines can be redrawn. */
export const canDraw = (stream: NodeJS.WriteStream): boolean => stream.isTTY && !isDumbTerminal();

/** Columns and rows of a terminal; 80 and 24 if unknown. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** The number of columns that a text occupies: two for a wide letter or an emoji, none for a combining mark. */
export const displayWidth = (text: string): number => stringWidth(text);

/** Splits at letters as people see them: combining marks and parts of an emoji stay together. */
const letters = new Intl.Segmenter();

/** Truncates a text to a number of columns, with an ellipsis for what was cut off. */
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

/** Colours by meaning: good, needs a check, wrong, running, less important, emphasized. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'busy' | 'faint' | 'strong';

const styles = {
  good: 'green',
  doubtful: 'yellow',
  bad: 'red',
  busy: 'cyan',
  faint: 'dim',
  strong: 'bold',
} as const;

/** Colours a text if the stream is a terminal with colours, unless they are turned off (`NO_COLOR`, `TERM=dumb`). */
export function colorize(
  text: string,
  tone: Tone | null,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  const isColoured = tone !== null && stream.isTTY && stream.hasColors();
  return isColoured ? styleText(styles[tone], text, { validateStream: false }) : text;
}

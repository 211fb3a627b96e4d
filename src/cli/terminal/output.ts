import { neutralJson, neutralLine, neutralText } from '../../core/details/neutral';
import { drawable } from './ascii';
import { canDraw, sequences } from './terminal';

/** Prints one line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${drawable(neutralText(line))}\n`);
}

/** Prints one line that may contain foreign text; line breaks in it are neutralized. */
export function printLine(line: string): void {
  print(neutralLine(line));
}

/** Prints text unchanged, with its colours. Foreign text must have passed `neutralText`. */
export function printPainted(text: string): void {
  process.stdout.write(`${drawable(text)}\n`);
}

/** Prints a value as JSON to standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${neutralJson(value, 2)}\n`);
}

/** Prints a value as one line of JSON, for streams of them. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${neutralJson(value)}\n`);
}

/**
 * Prints one line to standard error: progress and advice, never results. On a terminal, it replaces a progress bar,
 * which is then redrawn below.
 */
export function printToStderr(line: string, stream: NodeJS.WriteStream = process.stderr): void {
  stream.write(`${canDraw(stream) ? `\r${sequences.clearBelow}` : ''}${drawable(neutralText(line))}\n`);
}

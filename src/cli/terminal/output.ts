import { neutralJson, neutralLine, neutralText } from '../../core/details/neutral';
import { drawable } from './ascii';
import { canDraw, sequences } from './terminal';

/** Prints one line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${drawable(neutralText(line))}\n`);
}

/** Prints one line with words of foreign origin in it, which cannot make it more than one. */
export function printLine(line: string): void {
  print(neutralLine(line));
}

/** Prints text as it is, colours and all: what came from elsewhere must have passed `neutralText`. */
export function printPainted(text: string): void {
  process.stdout.write(`${drawable(text)}\n`);
}

/** Prints a value as JSON to standard output, for machines. */
export function printJson(value: unknown): void {
  process.stdout.write(`${neutralJson(value, 2)}\n`);
}

/** Prints a value as one line of JSON, for a stream of them. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${neutralJson(value)}\n`);
}

/**
 * Prints one line to standard error: progress and advice, never results. On a terminal it takes the place of a progress
 * bar, which comes again below.
 */
export function printToStderr(line: string, stream: NodeJS.WriteStream = process.stderr): void {
  stream.write(`${canDraw(stream) ? `\r${sequences.clearBelow}` : ''}${drawable(neutralText(line))}\n`);
}

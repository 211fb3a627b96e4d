import { canDraw, sequences } from './terminal';

/** Text for a terminal: control characters would command it, and may come from a file or a server. */
export const sanitizeForTerminal = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\ufffd');

/** Prints one line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${sanitizeForTerminal(line)}\n`);
}

/** Prints text as it is, colours and all: what came from elsewhere must have passed {@link sanitizeForTerminal}. */
export function printPainted(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a value as JSON to standard output, for machines. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a value as one line of JSON, for a stream of them. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/**
 * Prints one line to standard error: progress and advice, never results. On a terminal it takes the place of a progress
 * bar, which comes again below.
 */
export function printToStderr(line: string, stream: NodeJS.WriteStream = process.stderr): void {
  stream.write(`${canDraw(stream) ? `\r${sequences.clearBelow}` : ''}${sanitizeForTerminal(line)}\n`);
}

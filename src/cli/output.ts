/** An end of a command that is no bug: a text for the user and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Text for a terminal: control characters would command it, and may come from a file or a server. */
export const harmless = (text: string): string => text.replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\ufffd');

/** Prints one line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${harmless(line)}\n`);
}

/** Prints a value as JSON to standard output, for machines. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

const clearLine = '\r\u001b[K';

/** Prints one line to standard error: progress and advice, never results. On a terminal it takes the place of a progress bar, which comes again below. */
export function printAside(line: string, stream: NodeJS.WriteStream = process.stderr): void {
  stream.write(`${stream.isTTY ? clearLine : ''}${harmless(line)}\n`);
}

/** A table with aligned columns and a rule below the head; numbers are aligned right. */
export function table(head: string[], rows: (string | number)[][]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => [...String(line[column] ?? '')].length)),
  );
  const format = (line: (string | number)[]) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [format(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(format)].join('\n');
}

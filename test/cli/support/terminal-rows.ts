import { Terminal } from '@xterm/headless';

/** How many rows a text takes on a terminal of so many columns. */
export async function rowsOf(text: string, cols: number): Promise<number> {
  const terminal = new Terminal({ cols, rows: 50, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text.replace(/\n/g, '\r\n'), resolve));
  const rows = terminal.buffer.active.cursorY + 1;
  terminal.dispose();
  return rows;
}

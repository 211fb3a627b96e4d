/** Whether the terminal understands no control sequences (`TERM=dumb`), as in an editor's shell. */
export function isDumbTerminal({ TERM: term }: Record<string, string | undefined> = process.env): boolean {
  return term === 'dumb';
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Runs a program with this on its standard input, and gives its standard output. Rejects when it fails. */
export async function runWithInput(program: string, parameters: string[], input: string): Promise<string> {
  const child = spawn(program, parameters, { stdio: 'pipe' });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(input);
  const [[code], [stdout, stderr]] = await Promise.all([ended, said]);
  if (code === 0) return stdout;
  throw new Error(`${program} ended with ${String(code)}: ${stderr.slice(-2000)}`);
}

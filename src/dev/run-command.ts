import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** How a command ended. */
export interface CommandResult {
  /** True when it ended by itself with exit code 0. */
  ok: boolean;
  /** The end of what it wrote to its standard output. */
  output: string;
  /**
   * What was seen, in a few words fit for an error message: an exit code with the last lines written, or that it was
   * not found or too slow.
   */
  seen: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** Every variable the command gets; its PATH is also where the command is looked for. */
  environment: Record<string, string | undefined>;
  /** The command is killed when it has not ended by then, in milliseconds. */
  limitMs: number;
  /** Working directory; default: that of this process. */
  directory?: string;
  /** Called every `tickMs` while the command runs, with the milliseconds that have passed. */
  onTick?: (elapsedMs: number) => void;
  /** Default 15 s. */
  tickMs?: number;
}

const keptCharacters = 4000;
const shownLines = 3;
const maxErrorCharacters = 400;

/** Without colours and the space around. */
const withoutControls = (text: string): string => stripVTControlCharacters(text).trim();

/** Runs a command to its end or to its time limit. Never rejects: what went wrong is in the result. */
export function runCommand(
  program: string,
  parameters: string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      env: options.environment,
      cwd: options.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    let tooSlow = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptCharacters);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-keptCharacters);
    });
    const tick = setInterval(() => options.onTick?.(Date.now() - startedAt), options.tickMs ?? 15_000);
    const limit = setTimeout(() => {
      tooSlow = true;
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open; the result does not wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    }, options.limitMs);
    const finish = (ok: boolean, seen: string): void => {
      clearInterval(tick);
      clearTimeout(limit);
      resolve({ ok, output, seen });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish(false, error.code === 'ENOENT' ? `${program} was not found` : error.message);
    });
    child.once('close', (code, signal) => {
      if (tooSlow) finish(false, `no end within ${options.limitMs / 1000} s`);
      else finish(code === 0, describeEnd(code, signal, withoutControls(errors) || withoutControls(output)));
    });
  });
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null, text: string): string {
  const end = signal === null ? `exit code ${code}` : `ended by ${signal}`;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Maven explains its first error at length; other programs come to the point in their last lines.
  const error = lines.find((line) => line.startsWith('[ERROR]'));
  const shown = (error ?? lines.slice(-shownLines).join(' / ')).slice(0, maxErrorCharacters);
  return shown === '' ? end : `${end}: ${shown}`;
}

import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** How a command ended. */
export interface CommandResult {
  /** Whether it exited by itself with code 0. */
  ok: boolean;
  /** The end of its standard output. */
  output: string;
  /**
   * A short description for error messages: the exit code with the last lines of output, or that the command was not
   * found or timed out.
   */
  seen: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** All variables of the command; its PATH also decides where the command is found. */
  environment: Record<string, string | undefined>;
  /** The command is killed after this time, in milliseconds. */
  limitMs: number;
  /** Working directory; default: that of this process. */
  directory?: string;
  /** Called every `tickMs` while the command runs, with the elapsed milliseconds. */
  onTick?: (elapsedMs: number) => void;
  /** Default 15 s. */
  tickMs?: number;
}

const keptCharacters = 4000;
const shownLines = 3;
const maxErrorCharacters = 400;

/** Removes colours and surrounding space. */
const withoutControls = (text: string): string => stripVTControlCharacters(text).trim();

/** Runs a command until it ends or times out. Never rejects; the result describes failures. */
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
      // A grandchild may keep the pipes open; the result does not wait for it.
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
  // Maven explains its first error at length; other programs say what matters in their last lines.
  const error = lines.find((line) => line.startsWith('[ERROR]'));
  const shown = (error ?? lines.slice(-shownLines).join(' / ')).slice(0, maxErrorCharacters);
  return shown === '' ? end : `${end}: ${shown}`;
}

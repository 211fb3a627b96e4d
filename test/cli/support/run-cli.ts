import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withoutAccounts, type Environment } from '../../../src/config/config';

/** How a run of the command line ended. */
export interface CliEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run of the command line in a process of its own. */
export interface CliRun {
  ended: Promise<CliEnd>;
  /** Waits until standard output or standard error matches. Rejects when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Types on the terminal, if it has one. */
  type(keys: string): void;
  /** Gives this as its standard input, to its end. */
  typeAll(text: string): void;
}

/** The built program. */
export const program = join(__dirname, '..', '..', '..', 'dist', 'cli', 'main.js');

/** Runs the built program; it knows the environment of this process without accounts, and what is given. */
export function startCli(parameters: string[], environment: Environment = {}): CliRun {
  return startProgram(process.execPath, [program, ...parameters], environment);
}

/** The same on a terminal of 120 columns, whose output is all standard output. */
export function startCliOnTerminal(parameters: string[], environment: Environment = {}): CliRun {
  const command = [process.execPath, program, ...parameters].map((word) => `'${word}'`).join(' ');
  return startProgram('script', ['-qec', `stty cols 120 rows 40; exec ${command}`, '/dev/null'], environment);
}

/** What a run said on standard error, without its lines of progress, which a busy machine brings about. */
export const withoutProgress = (stderr: string): string =>
  stderr.replace(/^(?:reading|querying|checking|counting|looking) [\w ,]+\n/gm, '');

/** Runs the built program to its end. */
export function runCli(parameters: string[], environment: Environment = {}): Promise<CliEnd> {
  return startCli(parameters, environment).ended;
}

const running = new Set<CliRun>();

/** Ends whatever a failed test has left. */
export function killLeftCli(): void {
  for (const run of running) run.kill('SIGTERM');
}

function startProgram(executable: string, parameters: string[], environment: Environment): CliRun {
  const child = spawn(executable, parameters, {
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment },
    stdio: 'pipe',
  });
  const seen = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const check = () => {
    for (const search of waiting) search();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      seen[name] += text;
      check();
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    running.delete(run);
    check();
    return { code: code as number | null, ...seen };
  });
  const run: CliRun = {
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const search = () => {
          const found = pattern.exec(seen.stdout) ?? pattern.exec(seen.stderr);
          if (found === null && !isOver) return;
          waiting.delete(search);
          if (found !== null) resolve(found);
          else reject(new Error(`It ended without printing ${pattern}:\n${seen.stdout}${seen.stderr}`));
        };
        waiting.add(search);
        search();
      }),
    kill: (signal) => void child.kill(signal),
    type: (keys) => void child.stdin.write(keys),
    typeAll: (text) => void child.stdin.end(text),
  };
  running.add(run);
  return run;
}

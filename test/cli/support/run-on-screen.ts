import { spawn, type IPty } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { withoutAccounts, type Environment } from '../../../src/config/config';
import { program } from './run-cli';

/** A run of the command line on a terminal, of which we see what a person would. */
export interface ScreenRun {
  /** The exit code. */
  ended: Promise<number>;
  /** The rows of the screen, without the space at their ends. */
  rows(): string[];
  /** All that was written, control sequences and all. */
  raw(): string;
  /** Waits until the screen matches; rejects when the process ends before. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Whether the cursor can be seen, and whether the screen is the other one. */
  state(): { cursor: boolean; otherScreen: boolean };
}

/** Ctrl-C as a terminal sends it. */
export const ctrlC = '\u0003';

/** So long a screen is waited for: a test that waits for what never comes then says what there was instead. */
const showLimitMs = 40_000;

const running = new Set<IPty>();

/** Ends whatever a failed test has left. */
export function killLeftScreens(): void {
  for (const pty of running) pty.kill('SIGTERM');
}

/** By these, and where `CI` is set, programs take a terminal for one with other colours, or none. */
const colourChoices = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'COLORTERM', 'TMUX'];

const withoutColourChoices = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !colourChoices.includes(name)));

/**
 * Runs the built program on a terminal of 100 columns and 30 rows; it knows the environment of this process without
 * accounts, and what is given.
 */
export const runOnScreen = (parameters: string[], environment: Environment = {}, columns = 100): ScreenRun =>
  openOnScreen(process.execPath, [program, ...parameters], environment, { columns });

/** A terminal, if not the usual one. */
export interface ScreenOptions {
  columns?: number;
  rows?: number;
  /** How long to wait for what the screen must show. */
  limitMs?: number;
  /** Called after each change of the terminal, with what was written. */
  onDrawn?: (terminal: Terminal, written: string) => void;
}

/** Runs any executable on such a terminal. */
export function openOnScreen(
  executable: string,
  parameters: string[],
  environment: Environment,
  { columns = 100, rows: height = 30, limitMs = showLimitMs, onDrawn }: ScreenOptions = {},
): ScreenRun {
  const size = { cols: columns, rows: height };
  const env = {
    ...withoutColourChoices(withoutAccounts()),
    TEMPORAL_CONFIG_FILE: '/dev/null',
    TERM: 'xterm-256color',
    ...environment,
  };
  const pty = spawn(executable, parameters, { ...size, env });
  const terminal = new Terminal({ ...size, allowProposedApi: true });
  running.add(pty);
  let raw = '';
  let isOver = false;
  const waiting = new Set<() => void>();
  const check = () => waiting.forEach((search) => search());
  pty.onData((data) => {
    raw += data;
    terminal.write(data, () => {
      onDrawn?.(terminal, data);
      check();
    });
  });
  const ended = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode }) => {
      running.delete(pty);
      // What was written before comes first.
      terminal.write('', () => {
        isOver = true;
        check();
        resolve(exitCode);
      });
    }),
  );
  const rows = () => rowsOf(terminal);
  return {
    ended,
    rows,
    raw: () => raw,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const stop = (why: string) => {
          settle();
          reject(new Error(`${why} ${pattern}:\n${rows().join('\n')}`));
        };
        const limit = setTimeout(() => stop('It has not shown'), limitMs);
        const settle = () => {
          clearTimeout(limit);
          waiting.delete(search);
        };
        const search = () => {
          const found = pattern.exec(rows().join('\n'));
          if (found === null) return isOver ? stop('It ended without showing') : undefined;
          settle();
          resolve(found);
        };
        waiting.add(search);
        search();
      }),
    type: (keys) => pty.write(keys),
    resize(cols, lines) {
      terminal.resize(cols, lines);
      pty.resize(cols, lines);
    },
    state: () => ({
      cursor: raw.lastIndexOf('\u001b[?25l') <= raw.lastIndexOf('\u001b[?25h'),
      otherScreen: terminal.buffer.active.type === 'alternate',
    }),
  };
}

function rowsOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  const rows = Array.from(
    { length: active.length },
    (_, index) => active.getLine(index)?.translateToString(true, 0, terminal.cols).trimEnd() ?? '',
  );
  return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
}

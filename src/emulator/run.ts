import { parseDuration } from '../domain/duration';
import { startPrismEmulator, type PrismEmulator } from './emulator';
import type { EmulatorOptions, JobDuration } from './settings';

/** Port of an emulator started from the command line. */
export const defaultEmulatorPort = 8787;

/** Options of an emulator started from the command line: durations are texts. */
export interface RunOptions extends Omit<EmulatorOptions, 'clock' | 'jobDurationMs' | 'retentionMs'> {
  /** Default 8787; 0 for any free one. */
  port?: number;
  /** How long a job takes: a duration such as `5s`, or a range such as `2s..30s`; default 5 s. */
  jobDuration?: string;
  /** How long a job can be asked for; default 7 days. */
  retention?: string;
}

/** Starts an emulator for the command line; it runs until it is closed. Throws a `TypeError` for an option that cannot be used, and as {@link startPrismEmulator} does. */
export async function runEmulator(options: RunOptions = {}): Promise<PrismEmulator> {
  const { jobDuration, retention, ...rest } = options;
  return startPrismEmulator({
    port: defaultEmulatorPort,
    ...rest,
    ...(jobDuration !== undefined && { jobDurationMs: jobDurationOf(jobDuration) }),
    ...(retention !== undefined && { retentionMs: duration('retention', retention) }),
  });
}

function jobDurationOf(text: string): JobDuration {
  const [least = '', most] = text.split('..');
  const min = duration('jobDuration', least);
  return most === undefined ? min : { min, max: duration('jobDuration', most) };
}

function duration(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new TypeError(`${option}: saw ${JSON.stringify(text)}, expected a text like '90s', '15m', '7d'`);
  return ms;
}

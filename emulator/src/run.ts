import { readFile } from 'node:fs/promises';
import { parseDuration } from './duration';
import { startPrismEmulator, type PrismEmulator } from './emulator';
import type { EmulatorOptions } from './settings';

/** Port of an emulator started from the command line. */
const defaultEmulatorPort = 8787;

/** Options of an emulator started from the command line; they override those of the settings file. */
export interface RunOptions extends Pick<
  EmulatorOptions,
  'port' | 'host' | 'adminPort' | 'clock' | 'seed' | 'journalFile' | 'stateFile'
> {
  /** JSON file with an object of {@link EmulatorOptions}. */
  settingsFile?: string | undefined;
  /** How long a job takes: a duration such as `5s`, or a range such as `2s..30s`. */
  jobDuration?: string | undefined;
  /** The same if neither `jobDuration` nor the settings file says it. Default: `5s`. */
  defaultJobDuration?: string | undefined;
  /** How long a job is kept. */
  retention?: string | undefined;
}

/**
 * Starts an emulator like the command line does: by default on port 8787, with its admin API on the next port, until it
 * is closed. Throws a `TypeError` for an option or a settings file that cannot be used, and otherwise fails as
 * {@link startPrismEmulator} does.
 *
 * @example
 * import { runEmulator } from 'prism-emulator';
 *
 * const { baseUrl, adminUrl, close } = await runEmulator({ jobDuration: '2s..30s', stateFile: 'emulator.state' });
 */
export async function runEmulator(options: RunOptions = {}): Promise<PrismEmulator> {
  const { settingsFile, jobDuration, defaultJobDuration, retention, ...flags } = options;
  const settings = settingsFile === undefined ? {} : await settingsOf(settingsFile);
  const duration = jobDuration ?? (settings.job?.duration === undefined ? defaultJobDuration : undefined);
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const merged: EmulatorOptions = {
    port: defaultEmulatorPort,
    ...settings,
    ...given,
    ...(duration !== undefined && { job: { ...settings.job, duration: jobDurationOf(duration) } }),
    ...(retention !== undefined && { retention }),
  };
  const { port = 0 } = merged;
  return startPrismEmulator({ adminPort: port === 0 ? 0 : port + 1, ...merged });
}

async function settingsOf(file: string): Promise<EmulatorOptions> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new TypeError(`settings: ${file} cannot be read (${(cause as Error).message})`, { cause });
  });
  try {
    // Validated together with the command line's options, once both are merged.
    const settings: unknown = JSON.parse(text);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings;
  } catch (cause) {
    throw new TypeError(`settings: ${file} is not JSON (${(cause as Error).message})`, { cause });
  }
  throw new TypeError(`settings: expected an object in ${file}`);
}

function jobDurationOf(text: string): string | { min: string; max: string } {
  const [min = '', max] = text.split('..');
  for (const end of [min, ...(max === undefined ? [] : [max])]) {
    if (parseDuration(end) === undefined) {
      throw new TypeError(
        `jobDuration: saw ${JSON.stringify(text)}, expected a text like '90s', '15m', '7d', or a range like '2s..30s'`,
      );
    }
  }
  return max === undefined ? min : { min, max };
}

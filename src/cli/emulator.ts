import { runEmulator, type PrismEmulator, type RunOptions } from 'prism-emulator';
import { shellWord } from '../temporal/shell-word';
import { CommandError } from './command-error';
import { exitCodes } from './exit-codes';
import { onInterrupt } from './terminal/follow-result';
import { print, printToStderr, printJson } from './terminal/output';

/** Options of `emulator`. */
export interface EmulatorFlags {
  port?: number;
  host?: string;
  adminPort?: number;
  settings?: string;
  jobDuration?: string;
  retention?: string;
  seed?: string;
  state?: string;
  journal?: string;
  json: boolean;
}

/** `prism-imports emulator`, until Ctrl-C. */
export async function runEmulatorUntilInterrupted({
  json,
  journal,
  state,
  settings,
  ...flags
}: EmulatorFlags): Promise<void> {
  const files = { journalFile: journal, stateFile: state, settingsFile: settings };
  const { baseUrl, adminUrl, apiKey, close } = await start({ ...flags, ...files });
  const interrupted = onInterrupt();
  if (json) printJson({ baseUrl, adminUrl, apiKey });
  else {
    print(`Prism emulator at ${baseUrl}; its admin API at ${adminUrl}`);
    printToStderr(`Use it with: MICRO_BASE_URL=${shellWord(baseUrl)} MICRO_API_KEY=${shellWord(apiKey)}`);
  }
  await interrupted.promise;
  await close();
}

/** Turns invalid options into usage errors, since they are not bugs. */
async function start(options: RunOptions): Promise<PrismEmulator> {
  try {
    return await runEmulator(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(error.message, exitCodes.usage, { cause: error });
  }
}

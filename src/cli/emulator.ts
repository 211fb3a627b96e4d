import { Command } from 'commander';
import type { PrismEmulator } from '../emulator';
import { defaultEmulatorPort, runEmulator, type RunOptions } from '../emulator/run';
import { exitCodes } from './exit-codes';
import { onInterrupt } from './follow';
import { durationText, jsonOption, wholeNumber } from './options';
import { CommandError, print, printAside, printJson } from './output';

interface EmulatorFlags {
  port: number;
  host: string;
  jobDuration?: string;
  retention?: string;
  seed?: string;
  journal?: string;
  json: boolean;
}

/** `prism-imports emulator` */
export function emulatorCommand(): Command {
  return new Command('emulator')
    .description('stand in for the Prism import API on this machine, until Ctrl-C')
    .option('--port <number>', 'port to listen on; 0 takes any free one', wholeNumber(0), defaultEmulatorPort)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--job-duration <duration>', "how long a job takes, like '5s' or '2s..30s'")
    .option('--retention <duration>', 'how long a job can be asked for (default: 7d)', durationText)
    .option('--seed <text>', 'makes ids and durations the same in every run')
    .option('--journal <file>', 'append every request to this file, as JSON lines')
    .addOption(jsonOption())
    .action(async ({ json, journal, ...flags }: EmulatorFlags) => {
      const emulator = await start({ ...flags, ...(journal !== undefined && { journalFile: journal }) });
      const interrupted = onInterrupt();
      if (json) printJson({ baseUrl: emulator.baseUrl });
      else {
        print(`Prism emulator at ${emulator.baseUrl}; any API key will do.`);
        printAside(`Use it with: MICRO_BASE_URL=${emulator.baseUrl} MICRO_API_KEY=emulator-key`);
      }
      await interrupted.promise;
      await emulator.close();
    });
}

/** Options that cannot be used are the user's to mend, not a bug. */
async function start(options: RunOptions): Promise<PrismEmulator> {
  try {
    return await runEmulator(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(error.message, exitCodes.usage, { cause: error });
  }
}

import { Command } from 'commander';
import type { PrismEmulator } from 'prism-emulator';
import { runEmulator, type RunOptions } from 'prism-emulator/run';
import { exitCodes } from './exit-codes';
import { onInterrupt } from './terminal/follow';
import { durationText, jsonOption, wholeNumber } from './options';
import { CommandError, print, printAside, printJson } from './terminal/output';

interface EmulatorFlags {
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

/** `prism-imports emulator` */
export function emulatorCommand(): Command {
  return new Command('emulator')
    .description('stand in for the Prism import API on this machine, until Ctrl-C')
    .option('--port <number>', 'port to listen on, 0 for any free one (default: 8787)', wholeNumber(0))
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '--admin-port <number>',
      'port of the admin API, on 127.0.0.1 (default: the one after --port)',
      wholeNumber(0),
    )
    .option('--settings <file>', 'JSON file of settings and rules; options given here go before it')
    .option('--job-duration <duration>', "how long a job takes, like '5s' or '2s..30s' (default: 5s)")
    .option('--retention <duration>', 'how long a job can be asked for (default: 7d)', durationText)
    .option('--seed <text>', 'makes ids and all that is drawn the same in every run')
    .option('--state <file>', 'keep all state in this file, and go on from it')
    .option('--journal <file>', 'append every request to this file, as JSON lines')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nThe admin API sets the clock, adds rules that make requests fail, and shows the journal: GET / of it lists how.',
    )
    .action(async ({ json, journal, state, settings, ...flags }: EmulatorFlags) => {
      const files = { journalFile: journal, stateFile: state, settingsFile: settings };
      const { baseUrl, adminUrl, close } = await start({ ...flags, ...files });
      const interrupted = onInterrupt();
      if (json) printJson({ baseUrl, adminUrl });
      else {
        print(`Prism emulator at ${baseUrl}; its admin API at ${adminUrl}`);
        printAside(`Use it with: MICRO_BASE_URL=${baseUrl} MICRO_API_KEY=emulator-key`);
      }
      await interrupted.promise;
      await close();
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

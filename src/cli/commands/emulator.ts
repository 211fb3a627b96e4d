import { Command } from 'commander';
import type { EmulatorFlags } from '../emulator';
import { durationText, jsonOption, wholeNumberOption } from '../options';

/** `prism-imports emulator` */
export function emulatorCommand(): Command {
  return new Command('emulator')
    .description('run a stand-in for the Prism import API on this machine, until Ctrl-C')
    .option('--port <number>', 'port to listen on, 0 for any free one (default: 8787)', wholeNumberOption(0))
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '--admin-port <number>',
      'port of the admin API, on 127.0.0.1 (default: the one after --port)',
      wholeNumberOption(0),
    )
    .option('--settings <file>', 'JSON file of settings and rules; options on the command line win')
    .option('--job-duration <duration>', "how long a job takes, like '5s' or '2s..30s' (default: 5s)")
    .option('--retention <duration>', 'how long a job is kept (default: 7d)', durationText)
    .option('--seed <text>', 'make ids and random choices the same in every run')
    .option('--state <file>', 'keep all state in this file, and resume from it')
    .option('--journal <file>', 'append every request to this file, as JSON lines')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nThe admin API sets the clock, adds rules that make requests fail, and shows the journal; GET / lists its requests.',
    )
    .action(async (flags: EmulatorFlags) => {
      const { runEmulatorUntilInterrupted } = await import('../emulator.js');
      await runEmulatorUntilInterrupted(flags);
    });
}

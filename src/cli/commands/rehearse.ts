import { Command, InvalidArgumentError, Option } from 'commander';
import type { Outage, RehearseFlags } from '../rehearse/rehearse';
import { parseDuration, writeDuration } from '../../core/duration';
import { durationText, jsonOption } from '../options';

/** `prism-imports rehearse` */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('run your own pipeline through a week-long import in a minute, with faults, until Ctrl-C')
    .option(
      '--job-duration <duration>',
      "how long a job takes, like '5d' or '2h..6d' (default: that of --settings, else 5d)",
    )
    .option('--retention <duration>', 'how long a job is kept (default: 7d)', emulatorDuration)
    .addOption(
      new Option(
        '--outage <from..until>',
        "when the API is down, counted from now, like '1h..25h'; repeatable",
      )
        .argParser(outages)
        .default([], 'never'),
    )
    .option('--settings <file>', 'JSON file of settings and rules of the emulator')
    .option('--seed <text>', 'make ids and random choices the same in every run')
    .option('--all', 'skip time in your own workflows too, not only in ours', false)
    .addOption(
      new Option(
        '--worker-timeout <duration>',
        'how long a workflow may wait for your worker (for activities at least 90 s) before the rehearsal ends with exit code 1; 0s: no limit',
      )
        .argParser(durationText)
        .default('10m'),
    )
    .addOption(jsonOption('one line with the addresses and one for each tracker that ends'))
    .addHelpText(
      'after',
      '\nIgnores all MICRO_* and TEMPORAL_* variables and connects only to this machine: an embedded Temporal server\n(1.32 or later), the emulator and a worker. See docs/rehearse.md.',
    )
    .action(async (flags: RehearseFlags) => {
      const { rehearse } = await import('../rehearse/rehearse.js');
      await rehearse(flags);
    });
}

function outages(text: string, before: Outage[]): Outage[] {
  const [from, until, ...rest] = text.split('..');
  if (from === undefined || until === undefined || rest.length > 0) {
    throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, expected two durations such as 1h..25h.`);
  }
  const [fromMs = 0, untilMs = 0] = [from, until].map((each) => parseDuration(durationText(each)));
  if (untilMs <= fromMs)
    throw new InvalidArgumentError(`Saw ${JSON.stringify(text)}, in which it ends before it begins.`);
  return [...before, { from: writeDuration(fromMs), until: writeDuration(untilMs) }];
}

/** A duration in the form of the emulator, which reads fewer forms than we do. */
const emulatorDuration = (text: string): string => writeDuration(parseDuration(durationText(text)) ?? 0);

import { Command, InvalidArgumentError, Option } from 'commander';
import type { Outage, RehearseFlags } from '../rehearse/rehearse';
import { durationText, jsonOption } from '../options';

/** `prism-imports rehearse` */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description(
      'let your own pipeline go through a week of an import in a minute, with faults, until Ctrl-C',
    )
    .option('--job-duration <duration>', "how long a job takes, like '5d' or '2h..6d'", '5d')
    .option('--retention <duration>', 'how long a job can be asked for (default: 7d)', durationText)
    .addOption(
      new Option(
        '--outage <from..until>',
        "when the API is down, from now on, like '1h..25h'; may be repeated",
      )
        .argParser(outages)
        .default([]),
    )
    .option('--settings <file>', 'JSON file of settings and rules of the emulator')
    .option('--seed <text>', 'makes ids and all that is drawn the same in every run')
    .option('--all', 'skip the time of your own workflows too, not only of ours', false)
    .addOption(jsonOption('a line for the site and one for each import that ends'))
    .addHelpText(
      'after',
      '\nIgnores every MICRO_* and TEMPORAL_* variable and speaks to this machine only: an embedded Temporal server from\n1.32 on, the emulator and a worker. See docs/rehearse.md.',
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
  return [...before, { from: durationText(from), until: durationText(until) }];
}

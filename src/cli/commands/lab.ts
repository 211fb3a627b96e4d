import { Command } from 'commander';
import { wholeNumberOption } from '../options';

/** Most traces, unless another number is asked for. */
const maxTraces = 1000;

/** `prism-imports lab export` */
export function labCommand(): Command {
  return new Command('lab')
    .description('what polling policies would have done on the imports of this namespace')
    .addCommand(
      new Command('export')
        .description(
          'print the traces of the trackers that completed, one JSON object a line, for the polling lab',
        )
        .option('--limit <number>', 'most trackers, newest first', wholeNumberOption(1), maxTraces)
        .addHelpText(
          'after',
          '\nA trace holds times and counters; no id, no name and no row.\nReplay it: npm run bench:polling -- --traces FILE',
        )
        .action(async (flags: { limit: number }) => {
          const { exportTraces } = await import('../lab.js');
          await exportTraces(flags);
        }),
    );
}

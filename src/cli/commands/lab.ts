import { Command } from 'commander';
import { wholeNumberOption } from '../options';

/** Default limit of traces. */
const maxTraces = 1000;

/** `prism-imports lab export` */
export function labCommand(): Command {
  return new Command('lab').description('try polling policies on past imports of this namespace').addCommand(
    new Command('export')
      .description('print a trace of each completed tracker, one JSON object per line, for the polling lab')
      .option('--limit <number>', 'how many trackers at most, newest first', wholeNumberOption(1), maxTraces)
      .addHelpText(
        'after',
        '\nA trace holds times and counters, but no id, name or row.\nReplay it: npm run bench:polling -- --traces FILE',
      )
      .action(async (flags: { limit: number }) => {
        const { exportTraces } = await import('../lab.js');
        await exportTraces(flags);
      }),
  );
}

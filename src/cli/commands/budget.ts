import { Command, InvalidArgumentError, Option } from 'commander';
import { retentionMs } from '../../core/api/limits';
import { parseDuration } from '../../core/duration';
import type { BudgetFlags } from '../budget/budget';
import { durationText, jsonOption, wholeNumberOption } from '../options';

/** Durations between commas, none longer than the API keeps an import. */
function durationTexts(text: string): string[] {
  return text.split(',').map((each) => {
    const duration = durationText(each.trim());
    const ms = parseDuration(duration) ?? 0;
    if (ms > 0 && ms < retentionMs) return duration;
    throw new InvalidArgumentError(
      `Saw ${JSON.stringify(each)}, expected less than the 7 days that the API keeps one, and more than nothing.`,
    );
  });
}

/** `prism-imports budget` */
export function budgetCommand(): Command {
  return new Command('budget')
    .description('how many imports a month the requests of a key carry, under which polling policy')
    .option(
      '--requests <number>',
      'requests a month (default: PRISM_REQUESTS_PER_MONTH)',
      wholeNumberOption(1),
    )
    .addOption(
      new Option('--durations <duration,...>', 'how long imports take')
        .argParser(durationTexts)
        .default(['1m', '10m', '1h', '8h'], '1m,10m,1h,8h'),
    )
    .addOption(
      new Option('--traces <file>', 'past imports instead, as `lab export` writes them').conflicts(
        'durations',
      ),
    )
    .option('--polling <json>', 'a policy of your own besides, such as \'{"backoffCoefficient": 2}\'')
    .option('--no-launch', 'leave out the request that submits an import')
    .addOption(jsonOption('one object a line'))
    .addHelpText('after', '\nAsks nobody anything: the schedule of the tracker is replayed in virtual time.')
    .action(async (flags: BudgetFlags) => {
      const { runBudget } = await import('../budget/budget.js');
      await runBudget(flags);
    });
}

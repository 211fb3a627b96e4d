import { Command, InvalidArgumentError, Option } from 'commander';
import { retentionMs } from '../../core/api/limits';
import { parseDuration } from '../../core/duration';
import type { BudgetFlags } from '../budget/budget';
import { durationText, jsonOption, wholeNumberOption } from '../options';

/** Comma-separated durations, none longer than the API keeps an import. */
function durationTexts(text: string): string[] {
  return text.split(',').map((each) => {
    const duration = durationText(each.trim());
    const ms = parseDuration(duration) ?? 0;
    if (ms > 0 && ms < retentionMs) return duration;
    throw new InvalidArgumentError(
      `Saw ${JSON.stringify(each)}, expected a duration above 0 and below 7d: the API keeps an import for 7 days.`,
    );
  });
}

/** `prism-imports budget` */
export function budgetCommand(): Command {
  return new Command('budget')
    .description("calculate how many imports a month a key's requests allow, by polling policy")
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
      new Option('--traces <file>', 'past imports to replay instead, as written by `lab export`').conflicts(
        'durations',
      ),
    )
    .option('--polling <json>', 'also try this policy, such as \'{"backoffCoefficient": 2}\'')
    .option('--no-launch', 'do not count the request that submits an import')
    .addOption(jsonOption('one object per line'))
    .addHelpText('after', "\nSends no request: it replays the tracker's schedule in virtual time.")
    .action(async (flags: BudgetFlags) => {
      const { runBudget } = await import('../budget/budget.js');
      await runBudget(flags);
    });
}

import { Command, Option } from 'commander';
import { listedStatuses } from '../../temporal/listing/listing';
import { problemCodes } from '../../core/tracker/outcome';
import type { ListFlags } from '../list/list';
import { durationText, jsonOption, listOf, wholeNumberOption } from '../options';

/** `prism-imports list` */
export function listCommand(): Command {
  return new Command('list')
    .description(
      'list imports: running ones first, soonest to expire at the top; then ended ones, latest first',
    )
    .option('--team <id>', 'only this team (default: all)')
    .option(
      '--status <status,...>',
      `only these statuses: ${listedStatuses.join(', ')}`,
      listOf(listedStatuses),
    )
    .option('--older-than <duration>', 'only imports tracked for longer than this', durationText)
    .option('--newer-than <duration>', 'only imports tracked for less than this', durationText)
    .addOption(
      new Option(
        '--problem [code,...]',
        `only running imports with a problem: any, or one of ${problemCodes.join(', ')}`,
      )
        .argParser(listOf(problemCodes))
        .conflicts('status'),
    )
    .addOption(
      new Option('--expiring <duration>', 'only running imports that expire within this time')
        .argParser(durationText)
        .conflicts(['status', 'pipelines']),
    )
    .addOption(
      new Option(
        '--ask',
        'query each open tracker in the list for its progress and since when it has had its problem: 200 at most',
      )
        .default(false)
        .conflicts(['pipelines', 'watch']),
    )
    .addOption(new Option('--pipelines', 'list pipelines (started by `import`) instead').default(false))
    .option('--limit <number>', 'how many to list at most', wholeNumberOption(1), 50)
    .option('--watch', 'refresh the list until Ctrl-C; without a terminal, print one line per change', false)
    .addOption(jsonOption('one object per line'))
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      await runList(flags);
    });
}

import { Command, Option } from 'commander';
import { listedStatuses } from '../../temporal/listing/listing';
import { problemCodes } from '../../core/tracker/outcome';
import type { ListFlags } from '../list/list';
import { durationText, jsonOption, listOf, wholeNumberOption } from '../options';

/** `prism-imports list` */
export function listCommand(): Command {
  return new Command('list')
    .description(
      'list imports: those that go on, closest to the end of their retention first, then those that ended, latest first',
    )
    .option('--team <id>', 'only of this team (default: all)')
    .option('--status <status,...>', `only these: ${listedStatuses.join(', ')}`, listOf(listedStatuses))
    .option('--older-than <duration>', 'only what has been followed for longer than this', durationText)
    .option('--newer-than <duration>', 'only what has been followed for less than this', durationText)
    .addOption(
      new Option(
        '--problem [code,...]',
        `only what goes on and is in trouble, by whatever or by these: ${problemCodes.join(', ')}`,
      )
        .argParser(listOf(problemCodes))
        .conflicts('status'),
    )
    .addOption(
      new Option('--expiring <duration>', 'only what goes on and is kept by the API no longer than this')
        .argParser(durationText)
        .conflicts(['status', 'pipelines']),
    )
    .addOption(
      new Option(
        '--ask',
        'ask each open tracker that is listed how far it is and since when it is in trouble: one query each, 200 at most',
      )
        .default(false)
        .conflicts(['pipelines', 'watch']),
    )
    .addOption(new Option('--pipelines', 'list pipelines (`import`) instead').default(false))
    .option('--limit <number>', 'most to list', wholeNumberOption(1), 50)
    .option('--watch', 'keep the list up to date until Ctrl-C; one line per change off a terminal', false)
    .addOption(jsonOption('one object a line'))
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      await runList(flags);
    });
}

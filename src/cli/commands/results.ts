import { Command, Option } from 'commander';
import { jsonOption, teamOption } from '../options';
import type { ResultsFlags, ResultsFormat } from '../results/results';

const formats: ResultsFormat[] = ['table', 'csv', 'ndjson'];

/** `prism-imports results ID` */
export function resultsCommand(): Command {
  return new Command('results')
    .description(
      'print what became of each row of an import that has ended, as it is read: it may have any size',
    )
    .argument('<id>', "a pipeline's or a tracker's workflow id, or a job id (with --team or MICRO_TEAM_ID)")
    .addOption(teamOption())
    .addOption(new Option('--format <format>', 'default: table on a terminal, else ndjson').choices(formats))
    .option('--failed', 'only the rows that failed', false)
    .addOption(jsonOption().conflicts('format'))
    .addHelpText(
      'after',
      '\nReports and large results are read from PRISM_STORAGE, which must be that of the workers.',
    )
    .action(async (id: string, flags: ResultsFlags) => {
      const { runResults } = await import('../results/results.js');
      await runResults(id, flags);
    });
}

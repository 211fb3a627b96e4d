import { Command, Option } from 'commander';
import { jsonOption, teamOption } from '../options';
import type { ResultsFlags, ResultsFormat } from '../results/results';

const formats: ResultsFormat[] = ['table', 'csv', 'ndjson'];

/** `prism-imports results ID` */
export function resultsCommand(): Command {
  return new Command('results')
    .description('print the result of each row of an import that has ended, as a stream of any size')
    .argument('<id>', "a pipeline's or a tracker's workflow id, or a job id (with --team or MICRO_TEAM_ID)")
    .addOption(teamOption())
    .addOption(
      new Option('--format <format>', 'output format (default: table on a terminal, else ndjson)').choices(
        formats,
      ),
    )
    .option('--failed', 'only the rows that failed', false)
    .option(
      '--with-columns',
      "print the rows of a pipeline's file with all their columns, followed by the result of each; in the file's own format: CSV, or one JSON object per line",
      false,
    )
    .addOption(jsonOption().conflicts('format'))
    .addHelpText(
      'after',
      `
Reads reports and large results from PRISM_STORAGE, which must be the same as for the workers.

With all columns:
  prism-imports results ID --with-columns > with-ids.csv    the whole file, with the result of each row
  prism-imports results ID --with-columns --failed          only the failed rows
  prism-imports results ID --with-columns --json            one JSON object per row`,
    )
    .action(async (id: string, flags: ResultsFlags) => {
      const { runResults } = await import('../results/results.js');
      await runResults(id, flags);
    });
}

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
    .option(
      '--with-columns',
      "the rows of a pipeline's file with all their columns, and how each ended behind them; as the file is: CSV, or JSON a line",
      false,
    )
    .addOption(jsonOption().conflicts('format'))
    .addHelpText(
      'after',
      `
Reports and large results are read from PRISM_STORAGE, which must be that of the workers.

With their columns:
  prism-imports results ID --with-columns > with-ids.csv    as the file was, and how each row ended
  prism-imports results ID --with-columns --failed          only those that failed
  prism-imports results ID --with-columns --json            a JSON object a row`,
    )
    .action(async (id: string, flags: ResultsFlags) => {
      const { runResults } = await import('../results/results.js');
      await runResults(id, flags);
    });
}

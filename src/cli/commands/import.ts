import { Command, Option } from 'commander';
import { objectTypes } from '../../core/api/object-types';
import type { ImportFlags } from '../import/import';
import { jsonOption, teamOption } from '../options';
import { mappingHelp, withPipelineOptions } from './pipeline-options';

/** `prism-imports import FILE` */
export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'import the rows of a file and write a report with one line per row; Ctrl-C leaves the import running, a second one cancels it',
    )
    .argument(
      '[file]',
      'CSV with a header, NDJSON or JSON, plain or gzip: a local path, which is copied to PRISM_STORAGE, or an s3://bucket/key or file:///path that the workers may read',
    )
    .addOption(teamOption())
    .addOption(new Option('--object-type <type>', 'object type of the records').choices(objectTypes));
  return withPipelineOptions(command)
    .option(
      '--dry-run',
      'check the file, show what would be sent, and send nothing; exits with 4 if some rows cannot be sent, with 3 if none can',
      false,
    )
    .option(
      '--live',
      "with --dry-run: check the rows against the team's properties too, which takes one request to the API",
      false,
    )
    .option('--id <workflow-id>', 'workflow id of the import; attaches if it is already running')
    .addOption(
      new Option(
        '--attach <workflow-id>',
        'follow an import that is already started, or print its report if it has ended',
      ).conflicts(['id', 'dryRun']),
    )
    .addOption(jsonOption())
    .addHelpText('after', mappingHelp)
    .action(async (file: string | undefined, flags: ImportFlags) => {
      const { runImport } = await import('../import/import.js');
      process.exitCode = await runImport(file, flags);
    });
}

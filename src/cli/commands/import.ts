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
      'CSV with a header, NDJSON or JSON, plain or gzip: a path here, which is copied to PRISM_STORAGE, or s3://bucket/key or file:///path that the workers may read',
    )
    .addOption(teamOption())
    .addOption(new Option('--object-type <type>', 'kind of record').choices(objectTypes));
  return withPipelineOptions(command)
    .option(
      '--dry-run',
      'read and check the file here, show what would be sent, and send nothing; ends with 4 when some rows cannot be sent, with 3 when none can',
      false,
    )
    .option(
      '--live',
      "with --dry-run: ask the API once for the team's properties, and compare the rows with them",
      false,
    )
    .option('--id <workflow-id>', 'workflow id to import under; attaches when it is running already')
    .addOption(
      new Option(
        '--attach <workflow-id>',
        'follow an import that was started before, or print its report when it has ended',
      ).conflicts(['id', 'dryRun']),
    )
    .addOption(jsonOption())
    .addHelpText('after', mappingHelp)
    .action(async (file: string | undefined, flags: ImportFlags) => {
      const { runImport } = await import('../import/import.js');
      process.exitCode = await runImport(file, flags);
    });
}

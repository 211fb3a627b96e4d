import { join } from 'node:path';
import { Command, Option } from 'commander';
import { objectTypes } from '../../core/api/object-types';
import type { DevFlags } from '../dev';
import { jsonOption } from '../options';
import { mappingHelp, withPipelineOptions } from './pipeline-options';

/** The organisations of the demonstration; see data/universities.LICENSE.txt. */
const universities = join(__dirname, '..', '..', '..', 'data', 'universities.csv');

/** `prism-imports dev` */
export function devCommand(): Command {
  const command = new Command('dev')
    .description(
      'run the demo: embedded Temporal with its UI, the emulator, a worker, and an import of 10,251 organisations',
    )
    .option('--file <file>', 'import this file instead', universities)
    .addOption(
      new Option('--object-type <type>', 'object type of the records')
        .choices(objectTypes)
        .default('organization'),
    );
  return withPipelineOptions(command)
    .addOption(jsonOption())
    .addHelpText('after', mappingHelp)
    .addHelpText('after', '\nIgnores all MICRO_* and TEMPORAL_* variables and connects only to this machine.')
    .action(async (flags: DevFlags) => {
      const { runDev } = await import('../dev.js');
      process.exitCode = await runDev(flags);
    });
}

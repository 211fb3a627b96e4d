import { join } from 'node:path';
import { Command, Option } from 'commander';
import { objectTypes } from '../../core/api/object-types';
import type { DevFlags } from '../dev';
import { jsonOption, wholeNumberOption } from '../options';

/** The organisations that the demonstration imports; see data/universities.LICENSE.txt. */
const universities = join(__dirname, '..', '..', '..', 'data', 'universities.csv');

/** `prism-imports dev` */
export function devCommand(): Command {
  return new Command('dev')
    .description(
      'see it at work: embedded Temporal with its UI, the emulator, a worker, and an import of 10,251 organisations',
    )
    .option('--file <file>', 'CSV or NDJSON to import instead', universities)
    .addOption(
      new Option('--object-type <type>', 'kind of record').choices(objectTypes).default('organization'),
    )
    .option('--dedupe-by <slug>', 'property that tells records apart', 'primary_domain')
    .option('--batch-size <rows>', 'rows per import', wholeNumberOption(1), 1000)
    .option('--max-concurrent-imports <number>', 'imports at the same time', wholeNumberOption(1), 4)
    .addOption(jsonOption())
    .addHelpText('after', '\nIgnores every MICRO_* and TEMPORAL_* variable and speaks to this machine only.')
    .action(async (flags: DevFlags) => {
      const { runDev } = await import('../dev.js');
      process.exitCode = await runDev(flags);
    });
}

import { Command, Option } from 'commander';
import { durationText, jsonOption } from '../options';
import type { CleanFlags } from '../clean/clean';

/** `prism-imports clean` */
export function cleanCommand(): Command {
  return new Command('clean')
    .description(
      'remove old results, reports and uploads from PRISM_STORAGE that no open import or pipeline needs',
    )
    .addOption(
      new Option(
        '--older-than <duration>',
        'remove only what was last written longer ago than this; at least 8d',
      )
        .argParser(durationText)
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'show what would be removed, and remove nothing', false)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Run it with the namespace and the PRISM_STORAGE of the workers. It stops if workers of another namespace use the storage too.`,
    )
    .action(async (flags: CleanFlags) => {
      const { runClean } = await import('../clean/clean.js');
      await runClean(flags);
    });
}

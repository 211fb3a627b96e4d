import { Command } from 'commander';
import type { DoctorFlags } from '../doctor/doctor';
import { jsonOption } from '../options';

/** `prism-imports doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check server, namespace, search attributes, workers, rate limit, API key, clocks and storage, and say how to mend what is wrong',
    )
    .option('--team <id>', 'team to ask the API about (default: MICRO_TEAM_ID, else one that is made up)')
    .option('--no-api', 'ask the API nothing; the check of the key spends one request')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit code 0 when there is no problem, 1 otherwise; warnings are no problem. Checks what this host and its variables can see.',
    )
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('../doctor/doctor.js');
      process.exitCode = await runDoctor(flags);
    });
}

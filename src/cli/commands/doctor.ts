import { Command } from 'commander';
import type { DoctorFlags } from '../doctor/doctor';
import { jsonOption } from '../options';

/** `prism-imports doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check server, namespace, search attributes, workers, rate limit, API key, clocks and storage, and say how to fix each problem',
    )
    .option('--team <id>', 'team to check the key with (default: MICRO_TEAM_ID, else a made-up one)')
    .option('--no-api', 'skip the check of the key, which spends one request to the API')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExits with 0 if there is no problem, else with 1; warnings do not count. It checks what this host and its variables can see.',
    )
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('../doctor/doctor.js');
      process.exitCode = await runDoctor(flags);
    });
}

import { Command } from 'commander';
import type { DescribeFlags } from '../describe/describe';
import { jsonOption, teamOption } from '../options';

/** `prism-imports describe ID` */
export function describeCommand(): Command {
  return new Command('describe')
    .description(
      'show one import or pipeline: state, progress, polls, running attempts, batches, outcome, and what you can do',
    )
    .argument('<id>', "a job id (with --team or MICRO_TEAM_ID), or a tracker's or pipeline's workflow id")
    .addOption(teamOption())
    .addOption(jsonOption())
    .action(async (id: string, flags: DescribeFlags) => {
      const { runDescribe } = await import('../describe/describe.js');
      await runDescribe(id, flags);
    });
}

import { Command, Option } from 'commander';
import { resultsModes } from '../../core/tracker/get-import-status';
import { durationText, jsonOption, teamOption, wholeNumberOption } from '../options';
import type { TrackFlags } from '../track/track';

/** `prism-imports track JOB_ID` */
export function trackCommand(): Command {
  return new Command('track')
    .description(
      'follow an import to its end, attaching to its tracker or starting one; after its end print the outcome again; Ctrl-C leaves the tracker running',
    )
    .argument(
      '<job-id>',
      'job id, as the import request was answered with; - for those on standard input, one a line',
    )
    .addOption(teamOption())
    .option('--submitted-at <time>', 'when the import was requested, in ISO 8601 (default: now)')
    .option(
      '--wait-timeout <duration>',
      'stop waiting after this time (default: when the API forgets the import)',
      durationText,
    )
    .addOption(
      new Option('--results <mode>', "where the rows' results go (default: auto)").choices(resultsModes),
    )
    .option('--maximum-polls <number>', 'most requests to spend', wholeNumberOption(1))
    .option('--again', 'ask the API afresh, though it is known how the import ended', false)
    .option('--detach', 'do not wait: print which workflow follows it, and end', false)
    .addOption(jsonOption())
    .action(async (jobId: string, flags: TrackFlags) => {
      const { runTrack } = await import('../track/track.js');
      process.exitCode = await runTrack(jobId, flags);
    });
}

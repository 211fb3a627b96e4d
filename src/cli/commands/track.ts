import { Command, Option } from 'commander';
import { resultsModes } from '../../core/tracker/get-import-status';
import { durationText, jsonOption, teamOption, wholeNumberOption } from '../options';
import type { TrackFlags } from '../track/track';

/** `prism-imports track JOB_ID` */
export function trackCommand(): Command {
  return new Command('track')
    .description(
      'follow an import to its end: attach to its tracker or start one; if it has ended, print its outcome; Ctrl-C leaves the tracker running',
    )
    .argument(
      '<job-id>',
      'job id from the answer to the import request; - reads job ids from standard input, one per line',
    )
    .addOption(teamOption())
    .option('--submitted-at <time>', 'when the import was requested, in ISO 8601 (default: now)')
    .option('--wait-timeout <duration>', 'stop tracking after this time (default: no limit)', durationText)
    .addOption(
      new Option('--results <mode>', "where the rows' results go (default: auto)").choices(resultsModes),
    )
    .option('--maximum-polls <number>', 'how many times to poll at most', wholeNumberOption(1))
    .option('--again', 'poll again even if the outcome is already known', false)
    .option('--detach', 'start the tracker, print its workflow id, and do not wait', false)
    .addOption(jsonOption())
    .action(async (jobId: string, flags: TrackFlags) => {
      const { runTrack } = await import('../track/track.js');
      process.exitCode = await runTrack(jobId, flags);
    });
}

import { describeDuration } from '../../core/duration';
import type { CleaningSchedule } from '../../temporal/cleaning/last-cleaning';
import { namespaceFlags, type NamespaceAddress } from '../../temporal/namespace-verdicts';
import { shellWord } from '../../temporal/shell-word';
import { fine, warning, type Finding } from './findings';

/** The local facts behind the judgement. */
export interface CleaningPlace {
  at: NamespaceAddress;
  /** Whether `PRISM_KEEP_STORED` is set here. */
  isWanted: boolean;
  nowMs: number;
}

/** A nightly run is overdue after this time, which includes the hour over which runs are spread. */
const overdueMs = 2 * 86_400_000;

/**
 * Judges the nightly cleaning by its Schedule and its last run. No finding if there is no Schedule and none is wanted.
 */
export function judgeCleaning(schedule: CleaningSchedule, { at, isWanted, nowMs }: CleaningPlace): Finding[] {
  const check = 'Cleaning';
  if (schedule === 'none')
    return isWanted
      ? [
          warning(
            check,
            'PRISM_KEEP_STORED is set here, but there is no Schedule that cleans',
            'prism-imports setup',
          ),
        ]
      : [];
  if ('unknown' in schedule) {
    const seen = `could not be checked: ${schedule.unknown}`;
    return isWanted ? [warning(check, seen, 'Check the Schedules of the namespace.')] : [];
  }
  const { scheduleId, isPaused, madeAtMs, last } = schedule;
  const command = (verb: string) =>
    `temporal schedule ${verb} ${namespaceFlags(at)} --schedule-id ${shellWord(scheduleId)}`;
  const seen = lastRunText(schedule, nowMs);
  if (last?.end === 'failed')
    return [
      warning(check, seen, `Fix that, then run ${command('trigger')}; docs/runbook.md#prismcleaningfailing`),
    ];
  if (isPaused) return [warning(check, `${seen}; paused`, `${command('toggle')} --unpause`)];
  if (last?.end !== 'running' && nowMs - (last?.startedAtMs ?? madeAtMs) > overdueMs)
    return [warning(check, `${seen}, though it is due every night`, command('describe'))];
  return [fine(check, seen)];
}

function lastRunText(
  { last, madeAtMs }: Exclude<CleaningSchedule, 'none' | { unknown: string }>,
  nowMs: number,
) {
  const since = (atMs: number) => describeDuration(Math.max(0, nowMs - atMs));
  if (last === null) return `has not run yet; set up ${since(madeAtMs)} ago`;
  const begun = `the last run began ${since(last.startedAtMs)} ago`;
  switch (last.end) {
    case 'running':
      return `${begun} and is still running`;
    case 'done':
      return `${begun} and succeeded`;
    case 'forgotten':
      return begun;
    case 'failed':
      return `${begun} and failed: ${last.failure}`;
  }
}

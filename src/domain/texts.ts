import { describeDuration } from './duration';
import { utf8Length } from './ids';
import type { Polling } from './polling';
import type { PollReason, NextPoll } from './schedule';
import { trackingState, type Phase, type Progress } from './tracking-state';
import type { TrackerState } from './tracker-state';

/** Why a poll comes when it does, in words. */
const reasons: Record<PollReason, string> = {
  first: 'first look',
  backoff: 'backoff',
  aimed: 'aimed by progress',
  hint: 'the server asked to wait',
  budget: 'spreading the polls left',
  slow: 'waiting for somebody to mend the key or the request',
  confirm: 'confirming a 404',
  rescue: 'rescue before retention ends',
  retention_end: 'last look after retention',
  wait_timeout: 'last look before giving up',
  poll_now: 'asked for',
};

/** Most of an id that is shown: a summary may have 400 bytes (Temporal's limit for user metadata). */
const shownIdBytes = 120;

/** One line about an import, for summaries. */
export function importSummary(teamId: string, jobId: string): string {
  return `Prism import ${shorten(jobId)} of team ${shorten(teamId)}`;
}

/** One line about a wait, for the timer's summary. */
export function waitSummary(next: NextPoll, nowMs: number, poll: number): string {
  return `${describeDuration(next.atMs - nowMs)} until poll ${poll} (${reasons[next.reason]})`;
}

/** One line about a poll, for the activity's summary. */
export function pollSummary(reason: PollReason, poll: number): string {
  return `Poll ${poll} (${reasons[reason]})`;
}

const phases: Record<Phase, string> = {
  waiting: 'waiting for the next poll',
  polling: 'asking the API',
  delivering: 'telling those who asked',
  done: 'done',
};

/** What the Temporal UI shows of a tracker, in Markdown. No row content, no key. */
export function trackingDetails(
  ids: { teamId: string; jobId: string },
  state: TrackerState,
  polling: Polling,
  phase: Phase,
  status: string,
): string {
  const view = trackingState(state, polling, phase);
  const budget = polling.maximumPolls === null ? '' : ` of ${polling.maximumPolls}`;
  const facts: [string, string][] = [
    ['Status', `${status}, ${phases[phase]}`],
    [
      'Problem',
      view.problem === null
        ? 'none'
        : `${view.problem.code} since ${view.problem.since}: ${view.problem.message}`,
    ],
    ['Progress', describeProgress(view.progress)],
    ['Estimated end', describeEnd(view.progress) ?? 'not known yet'],
    ['Polls', `${view.polls}${budget}`],
    ['Last poll', view.lastPollAt ?? 'none yet'],
    ['Next poll', view.nextPollAt ?? '–'],
    ['Kept by the API until', view.expiresAt],
  ];
  const title = `**Prism import ${code(shorten(ids.jobId))}** of team ${code(shorten(ids.teamId))}`;
  return [
    title,
    '',
    '| | |',
    '| --- | --- |',
    ...facts.map(([name, text]) => `| ${name} | ${cell(text)} |`),
  ].join('\n');
}

const barCells = 20;

/** Progress in words, with a bar when the share is known. */
export function describeProgress({ processed, total, fraction, rowsPerSecond }: Progress): string {
  if (processed === null) return total === null ? 'not reported' : `${total} rows, progress not reported`;
  const filled = Math.round((fraction ?? 0) * barCells);
  const bar =
    fraction === null
      ? ''
      : `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} ${Math.floor(fraction * 100)} %, `;
  const speed = rowsPerSecond === null ? '' : `, ${describeRate(rowsPerSecond)} rows/s`;
  return `${bar}${processed} of ${total ?? 'an unknown number of'} rows${speed}`;
}

/** The predicted end with its range, in words; null when none is predicted. */
export function describeEnd({ estimatedEndAt, earliestEndAt, latestEndAt }: Progress): string | null {
  if (estimatedEndAt === null || earliestEndAt === null) return estimatedEndAt;
  return latestEndAt === null
    ? `${estimatedEndAt}, uncertain`
    : `${estimatedEndAt} (${earliestEndAt} to ${latestEndAt})`;
}

const describeRate = (rate: number) => (rate < 100 ? rate.toPrecision(3) : Math.round(rate).toString());
function shorten(id: string): string {
  let shown = '';
  for (const character of id) {
    if (utf8Length(shown + character) > shownIdBytes) return `${shown}…`;
    shown += character;
  }
  return id;
}

const code = (text: string) => `\`${text.replaceAll('`', "'")}\``;
const cell = (text: string) => text.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');

import { adviceOn, failureAdvice } from './advice';
import { describeDuration } from '../duration';
import { failureTypes } from '../failures';
import type { ImportJob } from '../api/import-job';
import { knownJobStatus } from '../api/job-statuses';
import { endStatuses, type ReportedStatus } from '../tracker/end-statuses';
import { bar, code, count, counted, factsTable, moment, page, percent, rowsPerSecondText } from './markdown';
import type { FinishedOutcome, ImportEnd, TrackingFailure, Unaddressed } from '../tracker/outcome';
import { keyLimits } from '../api/limits';
import type { Polling } from '../tracker/polling';
import { dueAtMs, expiresAtText } from '../tracker/retention';
import { duePoll } from '../tracker/schedule';
import { pollReasons } from './summaries';
import { progressOf, type Phase, type Progress } from '../tracker/status';
import type { TrackerState } from '../tracker/state';

/** The input of {@link trackerDetails}. */
export interface TrackerView {
  ids: { teamId: string; jobId: string };
  state: TrackerState;
  polling: Polling;
  phase: Phase;
  /** Null while it runs. */
  end: Unaddressed<ImportEnd> | null;
  /** How many subscribers could not be notified. */
  undelivered: number;
  nowMs: number;
}

/** Maximum length of a foreign message, in characters after URL encoding. */
const maxShownMessage = 900;

/**
 * Describes a tracker for the Temporal UI, in Markdown that also reads well unrendered: its state, its problem and how
 * to fix it, and the facts. Bounded in size (`maxDetailsLength`) for any state. Contains no row content and no key.
 */
export function trackerDetails(view: TrackerView): string {
  const { ids, state, end, nowMs } = view;
  const progress = progressOf(state);
  return page([
    trackerHeadline(view, progress),
    ...(progress.fraction === null ? [] : [`${bar(progress.fraction)} ${percent(progress.fraction)}`]),
    ...(end === null ? problemOf(state, 'Problem') : explainTrackerEnd(end, view)),
    ...adviceOf(view),
    factsTable(
      ['Import', `${code(ids.jobId)} of team ${code(ids.teamId)}`],
      [...progressFacts(view, progress), ...pollFacts(view), ...endFacts(view)],
    ),
    `As of ${moment(nowMs)}. What each line means: docs/inspecting.md`,
  ]);
}

/** What the Temporal UI shows of a workflow that refused its input. */
export function refusedDetails(workflow: string, failure: TrackingFailure['failure']): string {
  return page([`**${workflow} did not begin**`, ...explainFailure(failure)]);
}

/** Describes a failure and what to do about it. */
export function explainFailure({ type, message }: TrackingFailure['failure']): string[] {
  const known = failureTypes.find((each) => each === type);
  const advice = known === undefined ? 'Read the failure and fix its cause.' : failureAdvice[known];
  return [`${code(type)}: ${code(message, maxShownMessage)}`, whatToDo(advice)];
}

const whatToDo = (advice: string) => `What to do: ${advice} See docs/problems.md`;

function trackerHeadline(view: TrackerView, progress: Progress): string {
  const { end, phase } = view;
  if (end === null) return runningHeadline(view, progress);
  const notifying = phase === 'delivering' ? ', notifying subscribers' : '';
  return `**${trackerEndHeadline(end, view.state)}**${notifying}`;
}

function trackerEndHeadline(end: Unaddressed<ImportEnd>, { job }: TrackerState): string {
  const { title } = endStatuses[end.status];
  const failed = 'job' in end && isWhole(end.status) ? (job?.failed ?? failedCount(end)) : 0;
  return failed > 0 ? `${title}, but ${counted(failed, 'row')} failed` : title;
}

const failedCount = ({ failedResults = [], failedOmitted = 0 }: Unaddressed<FinishedOutcome>): number =>
  failedResults.length + failedOmitted;

/** Whether the API processed all rows of an import with this end. */
const isWhole = (status: ReportedStatus): boolean => endStatuses[status].shortfall === null;

function runningHeadline({ state, nowMs }: TrackerView, progress: Progress): string {
  const { job, missing, problem } = state;
  if (missing !== null) return '**Gone?** The API now answers 404 for this import: polling again to confirm';
  if (job === null) return '**Not seen yet**';
  if (knownJobStatus(job.status) === null) return `**Unknown status ${code(job.status)}**`;
  if (problem !== null) return '**Processing** at the last successful poll';
  const end = progress.estimatedEndAt === null ? NaN : Date.parse(progress.estimatedEndAt);
  return `**Processing**${end > nowMs ? `, about ${describeDuration(end - nowMs)} left` : ''}`;
}

function problemOf({ problem }: TrackerState, title: string): string[] {
  if (problem === null) return [];
  const { code: name, since, message } = problem;
  return [`**${title}: ${name}** since ${moment(since)}: ${code(message, maxShownMessage)}`];
}

function explainTrackerEnd(end: Unaddressed<ImportEnd>, view: TrackerView): string[] {
  if ('job' in end) return isWhole(end.status) ? [] : [errorOf(end.job)];
  switch (end.status) {
    case 'expired':
      return [`${end.message} See docs/problems.md`];
    case 'lost':
    case 'timed_out':
      return problemOf(view.state, 'Unresolved problem');
    case 'error':
      // Once the API has deleted the import, starting a new tracker would find nothing.
      return explainFailure(end.failure).slice(0, isOver(view) ? 1 : undefined);
    case 'cancelled':
      return [];
  }
}

const isOver = ({ state, nowMs }: TrackerView): boolean => dueAtMs(state) <= nowMs;

/** What to do, unless the description of the end already says it. */
function adviceOf(view: TrackerView): string[] {
  const { end, state } = view;
  const status = end?.status ?? 'processing';
  if (status === 'expired' || (status === 'error' && !isOver(view))) return [];
  if (end !== null && 'job' in end && isWhole(end.status) && (end.job.failed ?? failedCount(end)) === 0)
    return [];
  const advice = adviceOn({ status, problem: state.problem?.code ?? null, isOver: isOver(view) });
  return advice === null ? [] : [whatToDo(advice)];
}

function errorOf({ error }: ImportJob): string {
  const reported = [error?.code, error?.message].filter((part): part is string => Boolean(part));
  return reported.length === 0
    ? 'The API gives no reason.'
    : `Error: ${reported.map((part) => code(part, maxShownMessage / 2)).join(': ')}`;
}

function progressFacts({ state, end }: TrackerView, progress: Progress): [string, string][] {
  const { processed, total, rowsPerSecond, estimatedEndAt, earliestEndAt, latestEndAt } = progress;
  const { succeeded, failed } = state.job ?? {};
  const parts = [
    ...(typeof succeeded === 'number' ? [`${count(succeeded)} succeeded`] : []),
    ...(typeof failed === 'number' ? [`${count(failed)} failed`] : []),
  ].join(', ');
  const rows =
    processed === null
      ? `${total === null ? 'not' : `${count(total)}, progress not`} reported`
      : `${count(processed)} of ${total === null ? 'an unknown number' : count(total)}`;
  const facts: [string, string][] = [['Rows', parts === '' ? rows : `${rows}: ${parts}`]];
  if (end !== null) return facts;
  if (rowsPerSecond !== null) facts.push(['Speed', rowsPerSecondText(rowsPerSecond)]);
  facts.push(['Estimated end', estimatedEndAt === null ? 'not known yet' : moment(estimatedEndAt)]);
  if (earliestEndAt !== null) {
    const until = latestEndAt === null ? 'later, by an unknown time' : moment(latestEndAt);
    facts.push(['Likely between', `${moment(earliestEndAt)} and ${until}`]);
  }
  return facts;
}

function pollFacts({ state, polling, phase, end, nowMs }: TrackerView): [string, string][] {
  const { maximumPolls } = polling;
  const budget =
    maximumPolls === null
      ? `${count(state.polls)}, of the key's ${count(keyLimits.requestsPerMonth)} requests a month`
      : `${count(state.polls)} of ${count(maximumPolls)} (maximumPolls)`;
  const facts: [string, string][] = [
    ['Polls', budget],
    ['Last poll', state.lastPollAtMs === null ? 'none yet' : moment(state.lastPollAtMs)],
  ];
  if (phase === 'polling') facts.push(['Next poll', 'now']);
  if (phase === 'waiting') {
    const { atMs, reason } = duePoll(state, polling);
    facts.push(['Next poll', `${moment(atMs)} (${pollReasons[reason]})`]);
  }
  if (end?.status === 'expired') return facts;
  const left = dueAtMs(state) - nowMs;
  const remaining = left > 0 ? `${describeDuration(left)} left` : 'over';
  return [...facts, ['Retention', `until ${moment(expiresAtText(state))}, ${remaining}`]];
}

function endFacts({ end, undelivered }: TrackerView): [string, string][] {
  const facts: [string, string][] = [];
  if (end !== null && 'resultsRef' in end) facts.push(...failedFacts(end), ['Results', whereResults(end)]);
  if (undelivered > 0)
    facts.push(['Not notified', `${counted(undelivered, 'subscriber')}, which could not be reached`]);
  return facts;
}

/** With `results: 'failed'`: how many rows failed, and the location of their results. */
function failedFacts(end: Unaddressed<FinishedOutcome>): [string, string][] {
  const { job, resultsRef, failedResults, failedOmitted = 0 } = end;
  if (failedResults === undefined) return [];
  const failed = failedCount(end);
  const total = job.total ?? resultsRef?.rows;
  const rows = total === undefined ? count(failed) : `${count(failed)} of ${count(total)}`;
  const where = failedOmitted === 0 ? '' : `, ${count(failedResults.length)} of them`;
  return [['Failed rows', failed === 0 ? rows : `${rows}${where} in this workflow's result`]];
}

function whereResults({ job, resultsRef, resultsOmitted }: Unaddressed<FinishedOutcome>): string {
  if (resultsRef !== null) return `${counted(resultsRef.rows, 'line')} in ${code(resultsRef.uri, 600)}`;
  if (resultsOmitted) return 'left out, as requested or because there is no storage';
  return job.results === undefined || job.results === null
    ? 'the API returned none'
    : "in this workflow's result";
}

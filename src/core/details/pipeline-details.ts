import type { BatchInFlight } from '../pipeline/carried-state';
import { describeDuration } from '../duration';
import { rowOutcomes } from '../api/import-job';
import type { ImportRecordsRequest } from '../pipeline/input';
import type { EarlyReport, ImportReport, RowTotals } from '../pipeline/report';
import { keyLimits } from '../api/limits';
import {
  bar,
  code,
  count,
  counted,
  factsTable,
  moment,
  page,
  percent,
  rowsPerSecondText,
  table,
} from './markdown';
import type { TrackingFailure } from '../tracker/outcome';
import type { PipelineProgress } from '../pipeline/progress';
import { paceOf, type Pace } from '../pipeline/statistics';
import { reportFact, reportFacts } from './report-facts';
import { explainFailure } from './tracker-details';

/** How a pipeline ends. While it is `stopping`, it still waits for its trackers. */
export type PipelineEnd =
  | { status: 'done'; report: ImportReport }
  | { status: 'failed'; failure: TrackingFailure['failure']; stopping: boolean; report?: EarlyReport | null }
  | { status: 'cancelled'; stopping: boolean };

/** The input of {@link pipelineDetails}. */
export interface PipelineView {
  progress: PipelineProgress;
  request: ImportRecordsRequest;
  /** Null while it runs. */
  end: PipelineEnd | null;
  nowMs: number;
}

/** Maximum number of batches in flight to list. Those with a problem come first. */
const maxInFlight = 8;
/** Maximum number of findings to show. */
const maxFindings = 2;
/** Maximum number of warnings to show. */
const maxWarnings = 3;

/**
 * Describes a pipeline for the Temporal UI, in Markdown that also reads well unrendered: its progress, and tables of
 * its batches. Bounded in size (`maxDetailsLength`) for any number of batches. Contains no row content.
 */
export function pipelineDetails(view: PipelineView): string {
  const { progress, request, end, nowMs } = view;
  const rows = progress.planned?.plan.rows ?? null;
  const { settled, fraction, pace } = paceAndShare(view, rows);
  return page([
    pipelineHeadline(view, pace),
    ...(fraction === null ? [] : [`${bar(fraction)} ${percent(fraction)}`]),
    ...explainPipelineEnd(end),
    factsTable(
      ['Import', `of ${request.objectType} records of team ${code(request.teamId)}`],
      [
        ['Source', code(request.source.uri, 250)],
        ...foundFacts(progress),
        ...(rows === null ? [] : rowFacts(progress, settled, rows)),
        ...(end === null && pace !== null ? paceFacts(pace) : []),
        ['Requests', requests(progress)],
        ...(end?.status === 'done' ? reportFacts(end.report) : []),
        ...(end?.status === 'failed' && end.report ? earlyReportFacts(end.report) : []),
      ],
    ),
    ...(end === null ? inFlightTable(progress) : []),
    ...recentTable(progress),
    ...warnings(progress),
    `As of ${moment(nowMs)}. What each line means: docs/inspecting.md`,
  ]);
}

function paceAndShare({ progress, request, nowMs }: PipelineView, total: number | null) {
  const settled = progress.totals.rows;
  if (total === null) return { settled, fraction: null, pace: null };
  const inFlight = progress.batchesInFlight.size * request.batchSize;
  return {
    settled,
    fraction: total === 0 ? 1 : Math.min(1, settled / total),
    pace: paceOf(progress.statistics, { settled, inFlight, total }, nowMs),
  };
}

function pipelineHeadline({ progress, end, nowMs }: PipelineView, pace: Pace | null): string {
  if (end !== null) return `**${pipelineEndHeadline(end)}**`;
  switch (progress.phase) {
    case 'planning':
      return '**Reading the source** and cutting it into batches';
    case 'importing':
      return `**Importing**${pace === null ? '' : `, about ${describeDuration(pace.estimatedEndMs - nowMs)} left`}`;
    case 'reporting':
      return '**Writing the report**: all batches are finished';
    case 'done':
      return '**Done**';
  }
}

function pipelineEndHeadline(end: PipelineEnd): string {
  if (end.status === 'done') {
    const { failed, unknown } = end.report.totals;
    const notWell = [
      ...(failed > 0 ? [`${counted(failed, 'row')} failed`] : []),
      ...(unknown > 0 ? [`the outcome of ${counted(unknown, 'row')} is unknown`] : []),
    ];
    return notWell.length === 0 ? 'Done' : `Done, but ${notWell.join(', and ')}`;
  }
  const stopping = end.stopping ? ': stopping its trackers' : '';
  return `${end.status === 'failed' ? 'Ended by a failure' : 'Cancelled'}${stopping}`;
}

function explainPipelineEnd(end: PipelineEnd | null): string[] {
  if (end === null) return [];
  if (end.status === 'failed') return explainFailure(end.failure);
  if (end.status === 'cancelled')
    return ['Imports that were started continue in Micro. No report is written.'];
  const { failed, unknown } = end.report.totals;
  return failed + unknown === 0
    ? []
    : [
        'What to do: find the reasons in the report, correct the failed rows, and import them again. See docs/problems.md',
      ];
}

/** The facts detected about how to read the file. */
function foundFacts({ planned }: PipelineProgress): [string, string][] {
  const all = planned?.findings ?? [];
  if (all.length === 0) return [];
  const more = all.length > maxFindings ? `, and ${count(all.length - maxFindings)} more` : '';
  return [
    [
      'Found',
      `${all
        .slice(0, maxFindings)
        .map((each) => code(each))
        .join(', ')}${more}`,
    ],
  ];
}

function rowFacts(
  { totals, batchesInFlight, finished, planned, ended }: PipelineProgress,
  settled: number,
  rows: number,
): [string, string][] {
  const batches = planned?.plan.batches ?? 0;
  const toCome = Math.max(0, batches - finished - batchesInFlight.size);
  const ends = Object.entries(ended).map(([status, n]) => `${count(n)} ${status.replace('_', ' ')}`);
  return [
    ['Rows', `${count(settled)} of ${count(rows)}${afterColon(outcomes(totals))}`],
    [
      'Batches',
      `${count(finished)} of ${count(batches)} finished, ${count(batchesInFlight.size)} in flight, ${count(toCome)} to come`,
    ],
    ...(ends.length === 0 ? [] : ([['Imports', ends.join(', ')]] as [string, string][])),
  ];
}

const earlyReportFacts = ({ totals, reportUri }: EarlyReport): [string, string][] => [
  ['Of all rows', outcomes(totals)],
  reportFact(reportUri),
];

const afterColon = (text: string) => (text === '' ? '' : `: ${text}`);

function outcomes(totals: RowTotals): string {
  return rowOutcomes
    .filter((name) => totals[name] > 0)
    .map((name) => `${count(totals[name])} ${name}`)
    .join(', ');
}

const paceFacts = (pace: Pace): [string, string][] => [
  ['Speed', `${rowsPerSecondText(pace.rowsPerSecond)}, over all batches`],
  ['Estimated end', moment(pace.estimatedEndMs)],
  ['Likely between', `${moment(pace.earliestEndMs)} and ${moment(pace.latestEndMs)}`],
];

const requests = ({ statistics }: PipelineProgress) =>
  `at least ${count(statistics.requests)}, of the key's ${count(keyLimits.requestsPerMonth)} a month`;

function inFlightTable({ batchesInFlight }: PipelineProgress): string[] {
  if (batchesInFlight.size === 0) return [];
  const troubled = ({ problem }: BatchInFlight) => (problem === null || problem === undefined ? 1 : 0);
  const shown = [...batchesInFlight.values()].sort((a, b) => troubled(a) - troubled(b)).slice(0, maxInFlight);
  const more = batchesInFlight.size - shown.length;
  const rows = shown.map(({ batch, following, doing, problem }) => [
    count(batch),
    code(following?.jobId ?? '', 90),
    `${code(doing, 60)}${problem === null || problem === undefined ? '' : `: ${code(problem, 110)}`}`,
  ]);
  return [
    '**In flight**',
    table(['Batch', 'Job', 'Current step'], rows),
    ...(more > 0 ? [`and ${count(more)} more`] : []),
  ];
}

function recentTable({ statistics }: PipelineProgress): string[] {
  if (statistics.recent.length === 0) return [];
  const rows = statistics.recent.map((ended) => [
    count(ended.batch),
    ended.statuses.map((status) => status.replace('_', ' ')).join(', ') || 'nothing to send',
    count(ended.rows),
    outcomes(ended) || '–',
  ]);
  return ['**Finished last**', table(['Batch', 'Import', 'Rows', 'Outcomes'], rows)];
}

function warnings({ planned }: PipelineProgress): string[] {
  const all = planned?.warnings ?? [];
  const more = all.length - maxWarnings;
  return [
    ...all.slice(0, maxWarnings).map((warning) => `Warning: ${code(warning, 200)}`),
    ...(more > 0 ? [`and ${counted(more, 'more warning')}`] : []),
  ];
}

import { describeDuration } from '../../core/duration';
import { trackerWorkflowId } from '../../core/ids';
import { endStatuses, endStatusNames } from '../../core/tracker/end-statuses';
import type { ListedImport } from '../../temporal/listing/listing';
import { renderTable, type Row } from '../terminal/table';
import { startWorker } from '../command-line';
import { colorize, displayWidth, type Tone } from '../terminal/terminal';

/** How to show a list. */
export interface ListLayout {
  /** Maximum width of a line, in characters. */
  width: number;
  /** Whether it lists pipelines, which have no team, job or expiry. */
  pipelines: boolean;
}

/** The tone of each status; others are unknown. */
const statusTones = new Map<string, Tone>([
  ['processing', 'busy'],
  ...endStatusNames.map((status) => [status, endStatuses[status].tone] as const),
  ['terminated', 'doubtful'],
]);

/** What holds up a row, in a word or two, or null. */
function holdUpOf({ stalled, unserved = [] }: ListedImport): string | null {
  if (unserved.length > 0) return 'no worker';
  return stalled ? 'stalled' : null;
}

/** Whether a row is open and has a problem. */
export const isInTrouble = ({ problem, endedAt }: ListedImport): boolean =>
  problem !== null && endedAt === null;

/** The tone of a row's status. */
const toneOf = (row: ListedImport | undefined): Tone | null =>
  row && (holdUpOf(row) !== null || isInTrouble(row)) ? 'bad' : (statusTones.get(row?.status ?? '') ?? null);

/**
 * A list as a table, in colours if the terminal has them. Leaves out workflow ids if all of them follow from team and
 * job.
 */
export function listTable(
  rows: readonly ListedImport[],
  nowMs: number,
  { width, pipelines }: ListLayout,
): string {
  const columns = fittingColumns(tableColumns(rows, nowMs, pipelines), rows, width);
  const cells = rows.map((row): Row => columns.map(({ cell }) => cell(row)));
  const paint = (text: string, row: number, column: number) => {
    if (row === -1) return colorize(text, 'strong');
    return colorize(text, column === 0 ? toneOf(rows[row]) : null);
  };
  const head = columns.map(({ title }) => title);
  const whole = columns.flatMap(({ isWhole, isUncut }, column) =>
    isWhole === true || isUncut === true ? [column] : [],
  );
  return renderTable(head, cells, { width, whole, paint });
}

interface TableColumn {
  title: string;
  cell: (row: ListedImport) => string | number;
  /** Neither cut off nor left out: the status, and the id that identifies a row. */
  isWhole?: boolean;
  /** Not cut off while it is shown. */
  isUncut?: boolean;
}

/** Columns to leave out, in this order, if not all of them fit. */
const dispensable = ['Age', 'Workflow', 'Team', 'Polls', 'Progress', 'Expires', 'Problem', 'Ended'];
/** A truncated column needs this many characters to be useful. */
const usefulWidth = 8;
const gap = 2;

/** The columns that fit; one with its ids cut off to nothing is useless. */
function fittingColumns(
  columns: readonly TableColumn[],
  rows: readonly ListedImport[],
  width: number,
): readonly TableColumn[] {
  const least = ({ title, cell, isWhole, isUncut }: TableColumn): number => {
    const natural = Math.max(...[title, ...rows.map(cell)].map((text) => displayWidth(String(text))));
    return isWhole === true || isUncut === true ? natural : Math.min(natural, usefulWidth);
  };
  const known = new Map(columns.map((column) => [column, least(column) + gap]));
  const isTooWide = (kept: readonly TableColumn[]) =>
    kept.reduce((sum, column) => sum + (known.get(column) ?? 0), -gap) > width;
  let kept = columns;
  for (const title of dispensable) {
    if (!isTooWide(kept)) return kept;
    kept = kept.filter((column) => column.isWhole === true || column.title !== title);
  }
  if (!isTooWide(kept)) return kept;
  // The id alone is too wide, so every column is cut off.
  const [status, ...others] = columns.filter(({ title }) => title !== 'Age');
  return status === undefined ? [] : [status, ...others.map(({ title, cell }) => ({ title, cell }))];
}

function tableColumns(rows: readonly ListedImport[], nowMs: number, pipelines: boolean): TableColumn[] {
  const age = {
    title: 'Age',
    cell: (row: ListedImport) => describeDuration(nowMs - Date.parse(row.startedAt)),
  };
  const ids = [
    { title: 'Team', cell: ({ teamId }: ListedImport) => teamId ?? '–' },
    // A caller's tracker has published no job until a worker picks it up.
    { title: 'Job', cell: ({ jobId, workflowId }: ListedImport) => jobId ?? workflowId, isWhole: true },
  ];
  const wasQueried = rows.some(({ asked }) => asked);
  const progress = { title: 'Progress', cell: ({ asked }: ListedImport) => shareOf(asked?.fraction) };
  const polls = { title: 'Polls', cell: ({ asked }: ListedImport) => asked?.polls ?? '–' };
  const problem = {
    title: 'Problem',
    cell: (row: ListedImport) => problemOf(row, nowMs) ?? '–',
    isUncut: true,
  };
  const withProblem = rows.some((row) => problemOf(row, nowMs) !== null);
  const areEnded = pipelines || rows.every(({ endedAt }) => endedAt !== null);
  const withWorkflow = pipelines || rows.some((row) => row.jobId !== null && !hasUsualId(row));
  return [
    {
      title: 'Status',
      cell: (row) => [row.status, holdUpOf(row) ?? []].flat().join(', '),
      isWhole: true,
    },
    age,
    areEnded
      ? { title: 'Ended', cell: (row) => agoText(row.endedAt, nowMs) ?? '–' }
      : { title: 'Expires', cell: (row) => whenOf(row, nowMs) },
    ...(wasQueried ? [progress, polls] : []),
    ...(withProblem ? [problem] : []),
    ...(pipelines ? [] : ids),
    ...(withWorkflow
      ? [
          {
            title: 'Workflow',
            cell: ({ workflowId }: ListedImport) => workflowId,
            isWhole: pipelines,
          },
        ]
      : []),
  ];
}

function hasUsualId({ teamId, jobId, workflowId }: ListedImport): boolean {
  return teamId !== null && jobId !== null && workflowId === trackerWorkflowId(teamId, jobId);
}

const shareOf = (fraction: number | null | undefined): string =>
  fraction == null ? '–' : `${Math.round(fraction * 100)} %`;

/** The problem of an open row, and for how long it has had it if its tracker says so; null if it has none. */
function problemOf({ problem, endedAt, asked }: ListedImport, nowMs: number): string | null {
  if (problem === null || endedAt !== null) return null;
  if (asked?.problemSince == null) return problem;
  return `${problem} for ${describeDuration(Math.max(0, nowMs - Date.parse(asked.problemSince)))}`;
}

const agoText = (at: string | null, nowMs: number): string | null =>
  at === null ? null : `${describeDuration(Math.max(0, nowMs - Date.parse(at)))} ago`;

function whenOf({ endedAt, expiresAt }: ListedImport, nowMs: number): string {
  if (endedAt !== null) return `ended ${agoText(endedAt, nowMs)}`;
  if (expiresAt === null) return '–';
  const leftMs = Date.parse(expiresAt) - nowMs;
  return leftMs > 0 ? `in ${describeDuration(leftMs)}` : `${describeDuration(-leftMs)} ago`;
}

/** Says that a list is incomplete. */
export const moreText = (shown: number): string =>
  `Only the first ${shown} are shown: use --limit to show more, or --team, --status and --newer-than to narrow the list.`;

/** Says that these task queues, which an open import needs, have no worker. */
export const noWorkerText = (queues: readonly string[], taskQueue: string): string =>
  `no worker has polled ${queues.map((queue) => `the task queue ${queue}`).join(' and ')} in the last minutes: ${startWorker(taskQueue)}`;

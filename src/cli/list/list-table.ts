import { describeDuration } from '../../core/duration';
import { trackerWorkflowId } from '../../core/ids';
import { endStatuses, endStatusNames } from '../../core/tracker/end-statuses';
import type { ListedImport } from '../../temporal/listing/listing';
import { renderTable, type Row } from '../terminal/table';
import { startWorker } from '../command-line';
import { colorize, type Tone } from '../terminal/terminal';

/** How a list is shown. */
export interface ListLayout {
  /** Most characters of a line. */
  width: number;
  /** Whether it is one of pipelines, which have neither team, job nor retention. */
  pipelines: boolean;
}

/** What each status means to who looks; another one is not known. */
const statusTones = new Map<string, Tone>([
  ['processing', 'busy'],
  ...endStatusNames.map((status) => [status, endStatuses[status].tone] as const),
  ['terminated', 'doubtful'],
]);

/** What keeps a row from going on, in a word or two, or null. */
function holdUpOf({ stalled, unserved = [] }: ListedImport): string | null {
  if (unserved.length > 0) return 'no worker';
  return stalled ? 'stalled' : null;
}

/** Whether a row goes on and something keeps it from doing so. */
export const isInTrouble = ({ problem, endedAt }: ListedImport): boolean =>
  problem !== null && endedAt === null;

/** The tone of a row's status. */
const toneOf = (row: ListedImport | undefined): Tone | null =>
  row && (holdUpOf(row) !== null || isInTrouble(row)) ? 'bad' : (statusTones.get(row?.status ?? '') ?? null);

/** Narrower terminals are not shown the age. */
const narrowColumns = 60;

/**
 * A list as a table, in colours where there are any. Workflow ids are left out while each is the one that its team and
 * job give.
 */
export function listTable(
  rows: readonly ListedImport[],
  nowMs: number,
  { width, pipelines }: ListLayout,
): string {
  const columns = tableColumns(rows, nowMs, { width, pipelines });
  const cells = rows.map((row): Row => columns.map(({ cell }) => cell(row)));
  const paint = (text: string, row: number, column: number) => {
    if (row === -1) return colorize(text, 'strong');
    return colorize(text, column === 0 ? toneOf(rows[row]) : null);
  };
  const head = columns.map(({ title }) => title);
  return renderTable(head, cells, { width, whole: [0], paint });
}

interface TableColumn {
  title: string;
  cell: (row: ListedImport) => string | number;
}

function tableColumns(
  rows: readonly ListedImport[],
  nowMs: number,
  { width, pipelines }: ListLayout,
): TableColumn[] {
  const age = {
    title: 'Age',
    cell: (row: ListedImport) => describeDuration(nowMs - Date.parse(row.startedAt)),
  };
  const ids = [
    { title: 'Team', cell: ({ teamId }: ListedImport) => teamId ?? '–' },
    { title: 'Job', cell: ({ jobId }: ListedImport) => jobId ?? '–' },
  ];
  const wasAsked = rows.some(({ asked }) => asked);
  const progress = { title: 'Progress', cell: ({ asked }: ListedImport) => shareOf(asked?.fraction) };
  const polls = { title: 'Polls', cell: ({ asked }: ListedImport) => asked?.polls ?? '–' };
  const problem = { title: 'Problem', cell: (row: ListedImport) => problemOf(row, nowMs) ?? '–' };
  const withProblem = rows.some((row) => problemOf(row, nowMs) !== null);
  const withWorkflow = pipelines || rows.some((row) => !hasUsualId(row));
  return [
    { title: 'Status', cell: (row) => [row.status, holdUpOf(row) ?? []].flat().join(', ') },
    ...(width < narrowColumns ? [] : [age]),
    { title: pipelines ? 'Ended' : 'Expires', cell: (row) => whenOf(row, nowMs) },
    ...(wasAsked ? [progress, polls] : []),
    ...(withProblem ? [problem] : []),
    ...(pipelines ? [] : ids),
    ...(withWorkflow ? [{ title: 'Workflow', cell: ({ workflowId }: ListedImport) => workflowId }] : []),
  ];
}

function hasUsualId({ teamId, jobId, workflowId }: ListedImport): boolean {
  return teamId !== null && jobId !== null && workflowId === trackerWorkflowId(teamId, jobId);
}

const shareOf = (fraction: number | null | undefined): string =>
  fraction == null ? '–' : `${Math.round(fraction * 100)} %`;

/** What keeps a row that goes on in trouble, and for how long where its tracker has said so; null when nothing does. */
function problemOf({ problem, endedAt, asked }: ListedImport, nowMs: number): string | null {
  if (problem === null || endedAt !== null) return null;
  if (asked?.problemSince == null) return problem;
  return `${problem} for ${describeDuration(Math.max(0, nowMs - Date.parse(asked.problemSince)))}`;
}

function whenOf({ endedAt, expiresAt }: ListedImport, nowMs: number): string {
  if (endedAt !== null) return `ended ${describeDuration(nowMs - Date.parse(endedAt))} ago`;
  if (expiresAt === null) return '–';
  const leftMs = Date.parse(expiresAt) - nowMs;
  return leftMs > 0 ? `in ${describeDuration(leftMs)}` : `${describeDuration(-leftMs)} ago`;
}

/** Says that a list is not all of it. */
export const moreText = (shown: number): string =>
  `There are more than these ${shown}: --limit shows more, --team, --status and --newer-than narrow the list.`;

/** Says of an open import that nobody serves these task queues, which it needs. */
export const noWorkerText = (queues: readonly string[], taskQueue: string): string =>
  `nobody has asked ${queues.map((queue) => `the task queue ${queue}`).join(' and ')} for work in the last minutes: ${startWorker(taskQueue)}`;

import type { Client } from '@temporalio/client';
import { loadConfig, type Config } from '../../config/config';
import { neutralLine } from '../../core/details/neutral';
import { parseDuration } from '../../core/duration';
import { counted } from '../../core/details/markdown';
import type { ProblemCode } from '../../core/tracker/outcome';
import { failedNotices } from '../../temporal/listing/failed-notices';
import type { ListedImport, ListedStatus, ListFilter } from '../../temporal/listing/listing';
import { listImports, type ImportList, type ListedType } from '../../temporal/listing/list-imports';
import { heldUpRuns, maxChecked, type HeldUp } from '../../temporal/listing/held-up-runs';
import { queryTrackers } from '../../temporal/listing/query-trackers';
import { rootMessage } from '../../temporal/problem';
import { listTable, moreText } from './list-table';
import { requireTeam } from '../checks';
import { connect } from '../connect';
import { print, printJsonLine, printLine, printPainted, printToStderr } from '../terminal/output';
import { sizeOf } from '../terminal/terminal';
import { withProgress } from '../terminal/with-progress';
import { pollsWanted, type PollsWanted } from '../requests/polls-wanted';
import { requestsLines } from '../requests/requests-text';
import { wantedPolls } from '../requests/wanted-polls';
import { spentRequests } from '../requests/worker-requests';
import { printFailedNotices } from './print-failed-notices';
import { printHeldUp } from './print-held-up';
import { printTrouble } from './print-trouble';
import { watchList } from './watch-list';

/** Options of `list`. */
export interface ListFlags {
  team?: string;
  status?: ListedStatus[];
  olderThan?: string;
  newerThan?: string;
  /** True for any problem, or the codes to show. */
  problem?: true | ProblemCode[];
  expiring?: string;
  ask: boolean;
  pipelines: boolean;
  limit: number;
  watch: boolean;
  json: boolean;
}

/** `prism-imports list` */
export async function runList(flags: ListFlags): Promise<void> {
  requireTeam(flags.team);
  const config = loadConfig();
  const client = await connect(config);
  try {
    const fetchList = listFetcher(client, flags);
    const countNotices = () => failedNotices(client, config.temporal, flags.team ?? null);
    if (flags.watch) return await watchList(fetchList, countNotices, flags);
    const fetched = await withProgress('reading the index', () => fetchList());
    const answered = flags.ask ? await withQueriedStates(client, fetched) : fetched;
    const list = await withHeldUp(client, answered);
    printList(list, flags);
    if (!flags.json)
      await printTrouble(client, list, { type: typeOf(flags), filter: filterOf(flags), at: config.temporal });
    if (!flags.pipelines && list.rows.length > 0) await printRequests(client, config, list, flags);
    if (!flags.pipelines)
      printFailedNotices(await withProgress('looking for undelivered notices', countNotices), flags);
  } finally {
    await client.connection.close();
  }
}

/** Returns a function that fetches the current list. */
const listFetcher =
  (client: Client, flags: ListFlags) =>
  (limit = flags.limit): Promise<ImportList> => {
    return listImports(client, typeOf(flags), filterOf(flags), limit);
  };

const typeOf = ({ pipelines }: ListFlags): ListedType => (pipelines ? 'importRecords' : 'trackImport');

/**
 * Prints below a list what is spent of the month's requests, and what all open imports need, whether listed or not.
 * Costs one request to the index per thousand imports. With `--json`, prints to standard error.
 */
async function printRequests(
  client: Client,
  config: Config,
  { rows }: ImportList,
  { json }: ListFlags,
): Promise<void> {
  const asked = rows.filter(({ asked: state }) => state != null);
  const [spent, wanted] = await Promise.all([
    spentRequests(config),
    wantedPolls(client, config.taskQueue, asked),
  ]);
  const writeLine = json ? (line: string) => printToStderr(neutralLine(line)) : printLine;
  for (const line of requestsLines(wanted, { spent, requestsPerMonth: config.requestsPerMonth }))
    writeLine(line);
}

/** Adds the answers of open trackers to the list; reports on standard error how many were queried. */
async function withQueriedStates(client: Client, { rows, more }: ImportList): Promise<ImportList> {
  const states = await withProgress('querying trackers', (update) =>
    queryTrackers(client, rows, (done, of) => update(`querying trackers, ${done} of ${of}`)),
  );
  const silent = [...states.values()].filter((state) => state === null).length;
  const unanswered = silent === 0 ? '' : `; ${counted(silent, 'tracker')} did not answer`;
  printToStderr(`Queried ${counted(states.size, 'tracker')}, without a request to the API${unanswered}.`);
  const asked = rows.map((row) => {
    const state = states.get(row.runId);
    return state === undefined ? row : { ...row, asked: state };
  });
  if (states.size > silent) {
    const answered = asked.filter(({ asked: state }) => state != null);
    printToStderr(wantedText(pollsWanted(answered, Date.now())));
  }
  return { rows: asked, more };
}

const wantedText = ({ made, inAll }: PollsWanted): string =>
  `They have made ${counted(made, 'poll')}, and still need about ${inAll.withProgress.toLocaleString('en')} if they report progress, ` +
  `up to ${inAll.withoutProgress.toLocaleString('en')} if not (default policy).`;

/** Adds what holds up open runs to the list. If the server does not know, leaves it unchanged and warns. */
async function withHeldUp(client: Client, { rows, more }: ImportList): Promise<ImportList> {
  const open = rows.filter(({ endedAt }) => endedAt === null);
  const heldUp = await withProgress('checking what holds open imports up', () =>
    heldUpRuns(client, open),
  ).catch((error: unknown) => {
    const what = 'could not check whether open imports are stalled';
    printToStderr(`Warning: ${neutralLine(`${what}: ${rootMessage(error)}`)}`);
    return null;
  });
  if (heldUp === null) return { rows, more };
  const asked = new Set(open.slice(0, maxChecked).map(({ runId }) => runId));
  const none: HeldUp = { stalled: null, unserved: [], taskQueue: null };
  const whatHoldsUp = ({ endedAt, runId }: ListedImport) =>
    endedAt !== null || asked.has(runId) ? (heldUp.get(runId) ?? none) : {};
  return { rows: rows.map((row) => ({ ...row, ...whatHoldsUp(row) })), more };
}

/** The time that lies a duration, as the option gives it, before now. */
function ago(duration: string | undefined): string | null {
  if (duration === undefined) return null;
  return new Date(Date.now() - (parseDuration(duration) ?? 0)).toISOString();
}

const hence = (duration: string): string =>
  new Date(Date.now() + (parseDuration(duration) ?? 0)).toISOString();

const filterOf = ({ team, status, olderThan, newerThan, problem, expiring }: ListFlags): ListFilter => ({
  teamId: team ?? null,
  statuses: status ?? null,
  startedBefore: ago(olderThan),
  startedAfter: ago(newerThan),
  ...(problem !== undefined && { problem: problem === true ? 'any' : problem }),
  ...(expiring !== undefined && { expiresBefore: hence(expiring) }),
});

function printList({ rows, more }: ImportList, flags: ListFlags): void {
  if (flags.json) {
    for (const row of rows) printJsonLine(row);
    return;
  }
  if (rows.length === 0) return print(flags.pipelines ? 'No pipeline found.' : 'No import found.');
  const width = process.stdout.isTTY ? sizeOf(process.stdout).columns : Infinity;
  printPainted(listTable(rows, Date.now(), { width, pipelines: flags.pipelines }));
  if (more) print(moreText(rows.length));
  printHeldUp(rows);
}

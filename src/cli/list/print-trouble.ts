import type { Client } from '@temporalio/client';
import { withDocsLinks } from '../../config/host/docs-links';
import { counted } from '../../core/details/markdown';
import { listQuery, type ListedImport, type ListFilter } from '../../temporal/listing/listing';
import type { ImportList, ListedType } from '../../temporal/listing/list-imports';
import { isAskable } from '../../temporal/listing/query-text';
import { countTrouble } from '../../temporal/listing/index-counts';
import { namespaceFlags, type NamespaceAddress } from '../../temporal/namespace-verdicts';
import { shellWord } from '../../temporal/shell-word';
import { printLine } from '../terminal/output';
import { withProgress } from '../terminal/with-progress';
import { isInTrouble } from './list-table';

/** What was listed, and where. */
interface Listed {
  type: ListedType;
  filter: ListFilter;
  at: NamespaceAddress;
}

/** How many attempts a failing poll gets in all. */
const attempts = 3;

/**
 * Prints below a list which of its entries have problems, and the stock command that reaches all of those at once, with
 * its cost; nothing if none has. If the list is incomplete, those with problems are counted: one query, and one more
 * for each code if there are any.
 */
export async function printTrouble(client: Client, list: ImportList, listed: Listed): Promise<void> {
  const { type, filter, at } = listed;
  const canAsk = filter.teamId === null || isAskable(filter.teamId);
  const counts =
    list.more && canAsk
      ? await withProgress('counting those in trouble', () => countAll(client, listed))
      : countRows(list.rows);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return;
  printLine(
    withDocsLinks(`In trouble: ${byCode(counts)}. docs/problems.md explains each problem and how to fix it.`),
  );
  const hidden = total - list.rows.filter(isInTrouble).length;
  if (hidden > 0) printLine(`${hidden} of them are not shown: --problem lists only those in trouble.`);
  if (!canAsk) {
    printLine(
      'Temporal cannot query for exactly these, since their team id contains a character that queries cannot express.',
    );
    return;
  }
  const query = listQuery(type, { ...filter, problem: filter.problem ?? 'any' }, true);
  const target = `${namespaceFlags(at)} --query ${shellWord(query)}`;
  for (const line of type === 'trackImport' ? trackerLines(total, target) : pipelineLines(total, target))
    printLine(line);
}

/** How many open workflows have a problem, by its code. */
type Counts = ReadonlyMap<string, number>;

function countRows(rows: readonly ListedImport[]): Counts {
  const counts = new Map<string, number>();
  for (const row of rows.filter(isInTrouble))
    counts.set(row.problem ?? '', (counts.get(row.problem ?? '') ?? 0) + 1);
  return counts;
}

async function countAll(client: Client, { type, filter }: Listed): Promise<Counts> {
  const { problem = 'any', ...others } = filter;
  const count = async (query: string) => (await client.workflow.count(query)).count;
  const { byProblem } = await countTrouble({ count }, listQuery(type, others, true));
  return new Map(
    Object.entries(byProblem).filter(
      ([code, found]) => found > 0 && (problem === 'any' || problem.includes(code)),
    ),
  );
}

/** In words, the most frequent first. */
function byCode(counts: Counts): string {
  const sorted = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return sorted.map(([code, count]) => `${count} ${code}`).join(', ');
}

const reason = `--reason 'prism-imports list'`;

function trackerLines(count: number, target: string): string[] {
  const polls = `${counted(count, 'request')} to the API, up to ${count * attempts} if they fail again`;
  return [
    `For all ${count} of them; each command asks for confirmation first.`,
    `Poll at once (${polls}):`,
    `temporal workflow signal ${target} --name pollNow ${reason}`,
    'Poll less often from now on (no request; options not named stay unchanged):',
    `temporal workflow signal ${target} --name setPolling --input '{"initialInterval":"30m","maximumInterval":"default"}' ${reason}`,
    'Stop tracking them (no request; the imports continue):',
    `temporal workflow cancel ${target} ${reason}`,
    `Restart them if the trackers themselves are stuck (${polls}; a tracker whose first poll is refused fails):`,
    `temporal workflow reset ${target} --type FirstWorkflowTask ${reason}`,
  ];
}

const pipelineLines = (count: number, target: string): string[] => [
  `For all ${count} of them; each command asks for confirmation first.`,
  'Stop them (no request; imports that were started continue):',
  `temporal workflow cancel ${target} ${reason}`,
  'Restart them if the pipelines themselves are stuck (within a day, no request is executed twice):',
  `temporal workflow reset ${target} --type FirstWorkflowTask ${reason}`,
];

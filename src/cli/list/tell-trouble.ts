import type { Client } from '@temporalio/client';
import { withDocsLinks } from '../../config/host/docs-links';
import { counted } from '../../core/details/markdown';
import { listQuery, type ListedImport, type ListFilter } from '../../temporal/listing/listing';
import type { ImportList, ListedType } from '../../temporal/listing/list-imports';
import { isAskable } from '../../temporal/listing/query-text';
import { namespaceFlags, type NamespaceAddress } from '../../temporal/namespace-verdicts';
import { shellWord } from '../../temporal/shell-word';
import { printLine } from '../terminal/output';
import { isInTrouble } from './list-table';

/** What was listed, and where. */
interface Listed {
  type: ListedType;
  filter: ListFilter;
  at: NamespaceAddress;
}

/** A poll that fails is tried so often in all. */
const attempts = 3;

/**
 * Says below a list which of it is in trouble, and how to reach all of those at once by the stock command, with what
 * that costs; nothing when none is. Where the list is not all of it, the others are counted: one query.
 */
export async function tellTrouble(client: Client, { rows, more }: ImportList, listed: Listed): Promise<void> {
  const inTrouble = rows.filter(isInTrouble);
  if (inTrouble.length === 0) return;
  printLine(
    withDocsLinks(`In trouble: ${byCode(inTrouble)}. docs/problems.md says what each means and what to do.`),
  );
  const { type, filter, at } = listed;
  if (filter.teamId !== null && !isAskable(filter.teamId)) {
    printLine('No query of Temporal can name exactly these, since the id of their team cannot stand in one.');
    return;
  }
  const query = listQuery(type, { ...filter, problem: filter.problem ?? 'any' }, true);
  const count = more ? (await client.workflow.count(query)).count : inTrouble.length;
  const target = `${namespaceFlags(at)} --query ${shellWord(query)}`;
  for (const line of type === 'trackImport' ? trackerLines(count, target) : pipelineLines(count, target))
    printLine(line);
}

/** How many there are by the code of their problem, the most frequent first. */
function byCode(rows: readonly ListedImport[]): string {
  const counts = new Map<string, number>();
  for (const { problem } of rows) counts.set(problem ?? '', (counts.get(problem ?? '') ?? 0) + 1);
  const sorted = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return sorted.map(([code, count]) => `${count} ${code}`).join(', ');
}

const reason = `--reason 'prism-imports list'`;

function trackerLines(count: number, target: string): string[] {
  const polls = `${counted(count, 'request')} to the API, up to ${count * attempts} where they fail again`;
  return [
    `For all ${count} of them, each line asks before it begins.`,
    `Poll at once (${polls}):`,
    `temporal workflow signal ${target} --name pollNow ${reason}`,
    'Poll less often from now on (no request; what is not named stays):',
    `temporal workflow signal ${target} --name setPolling --input '{"initialInterval":"30m"}' ${reason}`,
    'Stop following them (no request; the imports go on):',
    `temporal workflow cancel ${target} ${reason}`,
    `Begin anew, where a tracker itself stands still (${polls}; one that begins with a key that is refused fails):`,
    `temporal workflow reset ${target} --type FirstWorkflowTask ${reason}`,
  ];
}

const pipelineLines = (count: number, target: string): string[] => [
  `For all ${count} of them, each line asks before it begins.`,
  'Stop them (no request; imports that were started go on):',
  `temporal workflow cancel ${target} ${reason}`,
  'Begin anew, where a pipeline itself stands still (no import is started twice):',
  `temporal workflow reset ${target} --type FirstWorkflowTask ${reason}`,
];

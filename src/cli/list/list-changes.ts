import type { ListedImport } from '../../temporal/listing/listing';

/** What is new about an import since the last look: its status, null for not listed, before and after. */
export interface ListChange {
  row: ListedImport;
  before: string | null;
  after: string | null;
}

/**
 * What has changed from one look at a list to the next: new rows and new statuses in the order of the list, then what
 * has left it. Of several runs of a workflow the first in the list counts, which is the latest.
 */
export function listChanges(before: readonly ListedImport[], after: readonly ListedImport[]): ListChange[] {
  const known = latestRuns(before);
  const present = latestRuns(after);
  const changes = [...present.values()].flatMap((row): ListChange[] => {
    const was = known.get(row.workflowId)?.status ?? null;
    return was === row.status ? [] : [{ row, before: was, after: row.status }];
  });
  const gone = [...known.values()].filter(({ workflowId }) => !present.has(workflowId));
  return [...changes, ...gone.map((row) => ({ row, before: row.status, after: null }))];
}

function latestRuns(rows: readonly ListedImport[]): Map<string, ListedImport> {
  const latest = new Map<string, ListedImport>();
  for (const row of rows) if (!latest.has(row.workflowId)) latest.set(row.workflowId, row);
  return latest;
}

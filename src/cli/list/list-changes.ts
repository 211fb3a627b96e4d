import type { ListedImport } from '../../temporal/listing/listing';

/**
 * A change of an import between two lists: its status before and after (null if not listed), and the code of its
 * problem before; `row` has the current one.
 */
export interface ListChange {
  row: ListedImport;
  before: string | null;
  after: string | null;
  problemBefore: string | null;
}

/**
 * What changed from one list to the next: new rows, new statuses and new problems in the order of the list, then rows
 * that disappeared. Of several runs of a workflow, the first in the list counts, which is the latest.
 */
export function listChanges(before: readonly ListedImport[], after: readonly ListedImport[]): ListChange[] {
  const known = latestRuns(before);
  const present = latestRuns(after);
  const changes = [...present.values()].flatMap((row): ListChange[] => {
    const was = known.get(row.workflowId);
    if (was?.status === row.status && was.problem === row.problem) return [];
    return [{ row, before: was?.status ?? null, after: row.status, problemBefore: was?.problem ?? null }];
  });
  const gone = [...known.values()].filter(({ workflowId }) => !present.has(workflowId));
  return [
    ...changes,
    ...gone.map((row) => ({ row, before: row.status, after: null, problemBefore: row.problem })),
  ];
}

function latestRuns(rows: readonly ListedImport[]): Map<string, ListedImport> {
  const latest = new Map<string, ListedImport>();
  for (const row of rows) if (!latest.has(row.workflowId)) latest.set(row.workflowId, row);
  return latest;
}

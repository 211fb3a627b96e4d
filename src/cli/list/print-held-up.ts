import type { ListedImport } from '../../temporal/listing/listing';
import { printLine } from '../terminal/output';
import { noWorkerText } from './list-table';

/** Prints what holds up open workflows: a line for each reason, with the first workflow and the number of others. */
export function printHeldUp(rows: readonly ListedImport[]): void {
  const held = new Map<string, { what: string; reason: string; workflowIds: string[] }>();
  const note = (what: string, reason: string, workflowId: string) => {
    const key = `${what}: ${reason}`;
    const known = held.get(key) ?? { what, reason, workflowIds: [] };
    known.workflowIds.push(workflowId);
    held.set(key, known);
  };
  for (const { workflowId, stalled, unserved = [], taskQueue } of rows) {
    if (stalled) note('Stalled', stalled, workflowId);
    if (unserved.length > 0) note('No worker', noWorkerText(unserved, taskQueue ?? ''), workflowId);
  }
  for (const { what, reason, workflowIds } of held.values()) {
    const [first, ...others] = workflowIds;
    printLine(`${what}: ${first}${others.length === 0 ? '' : ` and ${others.length} more`}: ${reason}`);
  }
}

import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { indexClient } from '../index-client';
import { TemporalProblem } from '../problem';

/** How many workflows are read at most to filter them. */
const maxRead = 10_000;
const pageSize = 1000;

/**
 * The matches of a query that pass the filter, for conditions that a query cannot express. Throws {@link
 * TemporalProblem} if the query matches more than 10,000.
 */
export async function readAndFilter(
  client: Client,
  query: string,
  passes: (info: WorkflowExecutionInfo) => boolean,
): Promise<WorkflowExecutionInfo[]> {
  const passed: WorkflowExecutionInfo[] = [];
  let read = 0;
  for await (const info of indexClient(client).workflow.list({ query, pageSize })) {
    read += 1;
    if (read > maxRead)
      throw new TemporalProblem(
        `queries cannot contain an id or name with a quote, backslash or question mark, and there are more than ${maxRead} workflows to scan`,
      );
    if (passes(info)) passed.push(info);
  }
  return passed;
}

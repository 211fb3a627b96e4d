import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { indexClient } from '../index-client';
import { TemporalProblem } from '../problem';

/** Most workflows that are read to be filtered. */
const maxRead = 10_000;
const pageSize = 1000;

/**
 * What a query selects and passes the filter, for what cannot be asked. Throws {@link TemporalProblem} when it selects
 * more than 10,000: then nobody knows.
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

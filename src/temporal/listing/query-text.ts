import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { indexClient } from '../index-client';
import { TemporalProblem } from '../problem';

/**
 * What servers read differently in the literals of a query: SQLite under server 1.29.1 finds no double quote and no
 * backslash, PostgreSQL takes a question mark for a parameter, and every server drops single quotes at either end.
 */
const readDifferently = /["\\?]|^'|'$/;

/** Whether every server reads a text in a query as it stands. */
export const isAskable = (text: string): boolean => !readDifferently.test(text);

/** A text in a query. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Clauses that select at least what has this text in a field: what cannot be asked is left out, and is for the caller
 * to filter.
 */
export const equalTo = (field: string, text: string): string[] =>
  isAskable(text) ? [`${field} = ${quoted(text)}`] : beginningWith(field, text);

/** The same for texts that begin so. */
export function beginningWith(field: string, text: string): string[] {
  const asked = isAskable(text) ? text : /^[^'"\\?]*/.exec(text)?.[0];
  return asked ? [`${field} STARTS_WITH ${quoted(asked)}`] : [];
}

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
        `an id or a name with a quote, a backslash or a question mark cannot be asked for, and there are more than ${maxRead} workflows to look through`,
      );
    if (passes(info)) passed.push(info);
  }
  return passed;
}

import { shellWord } from '../temporal/shell-word';

/**
 * A line of this program to type: a command with its options, about a workflow id or a job id of any form. `options`
 * come as they stand; foreign words in them are shell words already.
 */
export function programLine(command: string, id: string, options = ''): string {
  const words = ['prism-imports', command, ...(options === '' ? [] : [options])];
  if (id.startsWith('-')) return [...words, '--', shellWord(id)].join(' ');
  return ['prism-imports', command, shellWord(id), ...words.slice(2)].join(' ');
}

/**
 * A sentence, and below it a line to type. It has a row of its own without quotes around it: backticks that are copied
 * with a line have a shell run what it prints.
 */
export const withLine = (sentence: string, line: string): string => `${sentence}\n  ${line}`;

/** How to follow a pipeline again, as a line to type. */
export const attachLine = (workflowId: string): string =>
  `prism-imports import --attach ${shellWord(workflowId)}`;

/** What to do about imports on a task queue that nobody serves. */
export const startWorker = (taskQueue: string): string =>
  `start \`prism-imports worker\` with PRISM_TASK_QUEUE=${taskQueue}. If that name is wrong, terminate the workflow and start it again on the right task queue.`;

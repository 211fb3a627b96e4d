import { shellWord } from '../temporal/shell-word';

/**
 * A command line of this program: a command about a workflow id or job id of any form. `options` are inserted
 * unchanged; quote foreign words in them with `shellWord` first.
 */
export function programLine(command: string, id: string, options = ''): string {
  const words = ['prism-imports', command, ...(options === '' ? [] : [options])];
  if (id.startsWith('-')) return [...words, '--', shellWord(id)].join(' ');
  return ['prism-imports', command, shellWord(id), ...words.slice(2)].join(' ');
}

/**
 * A sentence with a command line below it, on its own row and without quotes: if somebody copies backticks with the
 * line, the shell runs its output.
 */
export const withLine = (sentence: string, line: string): string => `${sentence}\n  ${line}`;

/** The command line that follows a pipeline again. */
export const attachLine = (workflowId: string): string =>
  `prism-imports import --attach ${shellWord(workflowId)}`;

/** What to do about imports on a task queue without workers. */
export const startWorker = (taskQueue: string): string =>
  `start \`prism-imports worker\` with PRISM_TASK_QUEUE=${taskQueue}. If that name is wrong, terminate the workflow and start it again on the right task queue.`;

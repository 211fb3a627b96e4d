import { fork } from 'node:child_process';
import { join } from 'node:path';
import { plainImport, type PlainImport } from './plain-import';
import { endsWithUs } from './pipeline-program';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');

/** What the process of the plain script is given. */
export type PlainTask = Omit<PlainImport, 'onProgress'>;

/** What it tells: rows that are done, then its end. */
type PlainMessage = { done: number } | { created: number; seconds: number };

/**
 * Runs the plain script in a process of its own, and gives how many rows it created and how long it took, its start not
 * counted. Rejects when it fails; its error is on standard error then.
 */
export async function runPlain(
  task: PlainTask,
  onProgress: (rows: number) => void,
): Promise<{ created: number; seconds: number }> {
  const child = fork(runBench, ['pipeline', 'plain', JSON.stringify(task)]);
  let end: { created: number; seconds: number } | null = null;
  child.on('message', (message) => {
    const told = message as PlainMessage;
    if ('done' in told) onProgress(told.done);
    else end = told;
  });
  await endsWithUs(child);
  if (end === null) throw new Error('The plain script has failed: see its error above');
  return end;
}

/** The process of the plain script. It ends when its parent is no more. */
export async function servePlain(task: PlainTask): Promise<void> {
  process.once('disconnect', () => process.exit());
  const tell = (message: PlainMessage) => void process.send?.(message);
  const beganAt = performance.now();
  const created = await plainImport({ ...task, onProgress: (done) => tell({ done }) });
  const end: PlainMessage = { created, seconds: (performance.now() - beganAt) / 1000 };
  // Not before it is sent: a closed channel would lose it.
  process.send?.(end, undefined, undefined, () => process.disconnect());
}

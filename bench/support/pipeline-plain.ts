import { fork } from 'node:child_process';
import { join } from 'node:path';
import { plainImport, type PlainImport } from './plain-import';
import { endsWithUs } from './pipeline-program';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');

/** The input of the plain script's process. */
export type PlainTask = Omit<PlainImport, 'onProgress'>;

/** Its messages: rows done, then its result. */
type PlainMessage = { done: number } | { created: number; seconds: number };

/**
 * Runs the plain script in its own process. Returns how many rows it created and how long it took, without its start.
 * Rejects if it fails; standard error then shows its error.
 */
export async function runPlain(
  task: PlainTask,
  onProgress: (rows: number) => void,
): Promise<{ created: number; seconds: number }> {
  const child = fork(runBench, ['pipeline', 'plain', JSON.stringify(task)]);
  let end: { created: number; seconds: number } | null = null;
  child.on('message', (message) => {
    const received = message as PlainMessage;
    if ('done' in received) onProgress(received.done);
    else end = received;
  });
  await endsWithUs(child);
  if (end === null) throw new Error('The plain script has failed: see its error above');
  return end;
}

/** The process of the plain script. It exits when its parent ends. */
export async function servePlain(task: PlainTask): Promise<void> {
  process.once('disconnect', () => process.exit());
  const send = (message: PlainMessage) => void process.send?.(message);
  const beganAt = performance.now();
  const created = await plainImport({ ...task, onProgress: (done) => send({ done }) });
  const end: PlainMessage = { created, seconds: (performance.now() - beganAt) / 1000 };
  // Only once it is sent: a closed channel would lose it.
  process.send?.(end, undefined, undefined, () => process.disconnect());
}

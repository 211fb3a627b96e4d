import { runTogether, type RunningPart } from '../src/run-together';

/** A part that ends with `error` once it is stopped or `failed` resolves. */
function partThatFails(error: Error, failed = new Promise<void>(() => undefined)): RunningPart {
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  return {
    async run() {
      await Promise.race([failed, stopped]);
      throw error;
    },
    stop: () => stop(),
  };
}

test('rejects with the error of the first to fail, whatever their order', async () => {
  const [first, second] = [new Error('the first'), new Error('while stopping')];
  const parts = () => [partThatFails(second), partThatFails(first, Promise.resolve())];
  await expect(runTogether(parts())).rejects.toBe(first);
  await expect(runTogether(parts().reverse())).rejects.toBe(first);
});

test('resolves when all have stopped, because one has', async () => {
  let isStopped = false;
  const stopping: RunningPart = { run: () => Promise.resolve(), stop: () => undefined };
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const other: RunningPart = {
    run: () => stopped,
    stop() {
      isStopped = true;
      stop();
    },
  };
  await runTogether([stopping, other]);
  expect(isStopped).toBe(true);
});

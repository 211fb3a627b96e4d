import { repeat } from '../../src/telemetry/repeat';

/** Resolves with the count once the task has been done so often. */
function counting(times: number, fail: boolean) {
  let done = 0;
  let reached: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (reached = resolve));
  const task = () => {
    done += 1;
    if (done >= times) reached();
    return fail ? Promise.reject(new Error('not this time')) : Promise.resolve();
  };
  return { task, enough, done: () => done };
}

test.each([{ fail: false }, { fail: true }])(
  'a task is done again and again, failing: $fail',
  async ({ fail }) => {
    const { task, enough } = counting(3, fail);
    const stop = repeat(1, task);
    await enough;
    stop();
  },
);

test('a task that is stopped is not done again, and one that hangs is not waited for', async () => {
  let release: () => void = () => undefined;
  let done = 0;
  const stop = repeat(0, () => {
    done += 1;
    return new Promise<void>((resolve) => (release = resolve));
  });
  stop();
  release();
  const { task, enough } = counting(3, false);
  const stopOther = repeat(0, task);
  await enough; // by then the first would have been done again
  stopOther();
  expect(done).toBe(1);
});

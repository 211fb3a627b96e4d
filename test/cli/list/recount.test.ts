import { recounting, recountIntervalMs } from '../../../src/cli/list/recount';

/** Counts whose answers come when the test says so. */
function counts() {
  const answers: ((found: number) => void)[] = [];
  const reported: number[] = [];
  const recount = recounting(
    () => new Promise<number>((resolve) => answers.push(resolve)),
    (found) => reported.push(found),
  );
  const answer = async (found: number) => {
    answers.at(-1)?.(found);
    await new Promise(setImmediate);
  };
  return { recount, answer, reported, made: () => answers.length };
}

test('the first fetch counts, and the next one that is half a minute later', async () => {
  const { recount, answer, reported, made } = counts();
  recount(1000);
  await answer(1);
  recount(1000 + recountIntervalMs - 1);
  expect(made()).toBe(1);
  recount(1000 + recountIntervalMs);
  await answer(2);
  expect({ reported, made: made() }).toEqual({ reported: [1, 2], made: 2 });
});

test('a count that takes long is not made twice at once', async () => {
  const { recount, answer, reported, made } = counts();
  recount(0);
  recount(10 * recountIntervalMs);
  expect(made()).toBe(1);
  await answer(3);
  recount(10 * recountIntervalMs);
  expect({ reported, made: made() }).toEqual({ reported: [3], made: 2 });
});

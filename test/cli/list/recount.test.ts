import { recounting, recountIntervalMs } from '../../../src/cli/list/recount';

/** Counts whose answers come when the test says so. */
function counts() {
  const answers: ((found: number) => void)[] = [];
  const told: number[] = [];
  const look = recounting(
    () => new Promise<number>((resolve) => answers.push(resolve)),
    (found) => told.push(found),
  );
  const answer = async (found: number) => {
    answers.at(-1)?.(found);
    await new Promise(setImmediate);
  };
  return { look, answer, told, made: () => answers.length };
}

test('the first look counts, and the next one that is half a minute later', async () => {
  const { look, answer, told, made } = counts();
  look(1000);
  await answer(1);
  look(1000 + recountIntervalMs - 1);
  expect(made()).toBe(1);
  look(1000 + recountIntervalMs);
  await answer(2);
  expect({ told, made: made() }).toEqual({ told: [1, 2], made: 2 });
});

test('a count that takes long is not made twice at once', async () => {
  const { look, answer, told, made } = counts();
  look(0);
  look(10 * recountIntervalMs);
  expect(made()).toBe(1);
  await answer(3);
  look(10 * recountIntervalMs);
  expect({ told, made: made() }).toEqual({ told: [3], made: 2 });
});

import fc from 'fast-check';
import { shrink } from './support/shrink';

test('of the events of a failing run those are left without which it does not fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .uniqueArray(fc.nat(), { minLength: 3, maxLength: 30 })
        .chain((all) =>
          fc.record({ all: fc.constant(all), guilty: fc.subarray(all, { minLength: 1, maxLength: 3 }) }),
        ),
      async ({ all, guilty }) => {
        const fails = (events: number[]) => Promise.resolve(guilty.every((event) => events.includes(event)));
        expect(await shrink(all, fails, Infinity)).toEqual(guilty);
      },
    ),
  );
});

test('a run that fails without any event is shrunk to none', async () => {
  expect(await shrink([1, 2, 3], () => Promise.resolve(true), 100)).toEqual([]);
});

test('no more runs are made than are allowed, and what is left fails', async () => {
  let runs = 0;
  const all = Array.from({ length: 100 }, (_, index) => index);
  const left = await shrink(
    all,
    (events) => {
      runs += 1;
      return Promise.resolve(events.includes(7) && events.includes(93));
    },
    5,
  );
  expect(runs).toBe(5);
  expect(left).toEqual(expect.arrayContaining([7, 93]));
});

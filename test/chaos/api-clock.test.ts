import { whenShown } from './support/api-clock';

const steps = [
  { atMs: 100, byMs: 50 },
  { atMs: 200, byMs: 1000 },
];

test.each([
  { say: 'before any step', shownMs: 90, expected: 90 },
  { say: 'passed over by the first step', shownMs: 120, expected: 100 },
  { say: 'between the steps', shownMs: 200, expected: 150 },
  { say: 'passed over by the second', shownMs: 900, expected: 200 },
  { say: 'after all', shownMs: 1500, expected: 450 },
])('a time $say is found on the clock of the machine', ({ shownMs, expected }) => {
  expect(whenShown(shownMs, steps)).toBe(expected);
});

import { addPoint, stepOf, type ProgressPoints } from '../../../../src/core/tracker/forecast/progress-points';

/** What is known after looks at [seconds, processed] of so many rows. */
const after = (polls: [number, number | null][], total: number | null = 1000) =>
  polls.reduce<ProgressPoints | null>(
    (seen, [seconds, processed]) => addPoint(seen, { processed, total }, seconds * 1000),
    null,
  );

test('a counter that moves leaves its last zero and its points', () => {
  expect(
    after([
      [2, 0],
      [5, 0],
      [9, 40],
      [14, 90],
    ]),
  ).toEqual({
    zeroAtMs: 5000,
    zeroPolls: 2,
    total: 1000,
    points: [
      { atMs: 9000, processed: 40 },
      { atMs: 14_000, processed: 90 },
    ],
    stillPolls: 0,
    hasStalled: false,
    lastAtMs: 14_000,
  });
});

test.each<[string, [number, number | null][], number | null]>([
  ['no counter', [[2, null]], 1000],
  ['no total', [[2, 5]], null],
  ['a total of zero', [[2, 0]], 0],
  [
    'a counter that is gone',
    [
      [2, 5],
      [4, null],
    ],
    1000,
  ],
])('%s means that nothing is known', (_, polls, total) => {
  expect(after(polls, total)).toBeNull();
});

test('a counter that goes backwards begins anew', () => {
  expect(
    after([
      [2, 10],
      [5, 400],
      [9, 30],
    ])?.points,
  ).toEqual([{ atMs: 9000, processed: 30 }]);
  expect(
    after([
      [2, 10],
      [5, 400],
      [9, 0],
    ]),
  ).toMatchObject({ zeroAtMs: 9000, points: [] });
});

test('a total that changes begins anew', () => {
  const seen = addPoint(
    after([
      [2, 10],
      [5, 400],
    ]),
    { processed: 500, total: 2000 },
    9000,
  );
  expect(seen).toMatchObject({ total: 2000, points: [{ atMs: 9000, processed: 500 }] });
});

test('a counter that should have moved by more than a step has stalled, and stays known for it', () => {
  expect(
    after([
      [2, 20],
      [4, 40],
      [5, 40],
    ]),
  ).toMatchObject({ stillPolls: 1, hasStalled: false });
  const stalled = after([
    [2, 20],
    [4, 41],
    [9, 41],
    [12, 90],
  ]);
  expect(stalled).toMatchObject({ stillPolls: 0, hasStalled: true });
});

test('a counter that moves in batches stands still between them without having stalled', () => {
  expect(
    after([
      [10, 100],
      [20, 200],
      [25, 200],
      [28, 200],
    ]),
  ).toMatchObject({ hasStalled: false });
});

test('the step of a counter is the greatest common divisor of where it stood', () => {
  expect(
    stepOf(
      after([
        [10, 300],
        [20, 500],
      ])!,
    ),
  ).toBe(100);
  expect(
    stepOf(
      after([
        [10, 11],
        [20, 25],
      ])!,
    ),
  ).toBe(1);
});

test('however long it goes on, eight points are kept: the first, the last two, and between them the most telling', () => {
  const seen = after(Array.from({ length: 100 }, (_, index) => [index + 1, index + 1]));
  expect(seen?.points).toHaveLength(8);
  expect(seen?.points[0]?.processed).toBe(1);
  expect(seen?.points.slice(-2).map(({ processed }) => processed)).toEqual([99, 100]);
});

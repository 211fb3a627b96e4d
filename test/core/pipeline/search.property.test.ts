import fc from '../../support/properties';
import { search } from './support/simulated-search';

const sorted = (...lists: number[][]) => lists.flat().toSorted((a, b) => a - b);
const all = (rows: number) => Array.from({ length: rows }, (_, row) => row);

const batches = fc
  .integer({ min: 1, max: 120 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.subarray(all(rows)), fc.option(fc.subarray(all(rows)))));
/** Where the refused rows of a batch are, given how many of how many. */
const arrangements: Record<string, (rows: number, count: number, chance: () => number) => number[]> = {
  first: (_, count) => all(count),
  last: (rows, count) => all(count).map((nth) => rows - 1 - nth),
  'in one block': (rows, count, chance) => {
    const from = Math.floor(chance() * (rows - count + 1));
    return all(count).map((nth) => from + nth);
  },
  'evenly spread': (rows, count) => all(count).map((nth) => Math.floor((nth * rows) / count)),
  anywhere: (rows, count, chance) =>
    all(rows)
      .map((row) => [chance(), row] as const)
      .toSorted(([a], [b]) => a - b)
      .slice(0, count)
      .map(([, row]) => row),
};

/** Chances that are the same for the same seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
}

const bound = (rows: number, count: number) => 2 + 2 * count * (1 + Math.log2(rows));
const goodOf = (rows: number, bad: readonly number[]) => all(rows).filter((row) => !bad.includes(row));

test('k rows that are named always leave n - k created, however many are named at once', () => {
  fc.assert(
    fc.property(batches, fc.constantFrom(1, 2, Infinity), ([rows, bad, unkeyed], naming) => {
      const found = search(rows, new Set(bad), { naming, unkeyed, maxSearches: 0 });
      expect(sorted(found.created)).toEqual(all(rows).filter((row) => !bad.includes(row)));
      expect(found.refused).toEqual(bad);
      expect(found.together).toEqual([]);
    }),
  );
});

test.each(Object.entries(arrangements))(
  'rows that are not named, %s, are found within the bound whenever it is no more than 64 requests',
  (_, arranged) => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(sizes, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (rows, seed, share) => {
        const most = all(rows + 1).filter((count) => bound(rows, count) <= 64).length - 1;
        const bad = arranged(rows, Math.round(share * most), chances(seed));
        const found = search(rows, new Set(bad), { naming: 0, seed: String(seed) });
        expect(sorted(found.created)).toEqual(goodOf(rows, bad));
        expect(found.refused).toEqual(sorted(bad));
        expect(found.requests).toBeLessThanOrEqual(bound(rows, bad.length));
      }),
      { numRuns: 300 },
    );
  },
);

test.each(Object.entries(arrangements))(
  'of a few rows, each of which can be tried alone, all are found however many are refused, %s',
  (_, arranged) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), (rows, seed, some) => {
        const bad = arranged(rows, some % (rows + 1), chances(seed));
        const found = search(rows, new Set(bad), { naming: 0, seed: String(seed) });
        expect(sorted(found.created)).toEqual(goodOf(rows, bad));
        expect(found.refused).toEqual(sorted(bad));
        expect(found.requests).toBeLessThanOrEqual(64);
      }),
      { numRuns: 300 },
    );
  },
);

test.each([1, 5, 20])('%i rows next to each other are found wherever they are among 1,000', (count) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 - count }), (from) => {
      const bad = all(count).map((nth) => from + nth);
      const found = search(1000, new Set(bad), { naming: 0, seed: String(from) });
      expect(sorted(found.created)).toEqual(goodOf(1000, bad));
      expect(found.requests).toBeLessThanOrEqual(64);
    }),
  );
});

test.each([50, 200, 500])('of %i rows next to each other, the others are created but for a few', (count) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 - count }), (from) => {
      const bad = new Set(all(count).map((nth) => from + nth));
      const { created } = search(1000, bad, { naming: 0, seed: String(from) });
      expect(created.length).toBeGreaterThan(0.9 * (1000 - count));
    }),
  );
});

test('where refused rows are too many to be found, those between them are created first', () => {
  const bad = arrangements['anywhere']!(1000, 50, chances(1));
  expect(search(1000, new Set(bad), { naming: 0 }).created.length).toBeGreaterThan(150);
});

test('whatever is refused, every row ends once, no good row as refused, within 64 requests a batch', () => {
  fc.assert(
    fc.property(batches, fc.constantFrom(20, 200), ([rows, bad, unkeyed], maxSearches) => {
      const found = search(rows, new Set(bad), { naming: 0, unkeyed, maxSearches });
      expect(sorted(found.created, found.refused, found.together)).toEqual(all(rows));
      expect(found.refused.every((row) => bad.includes(row))).toBe(true);
      expect(found.created.every((row) => !bad.includes(row))).toBe(true);
      expect(found.requests).toBeLessThanOrEqual(Math.min(64, maxSearches + 2));
      expect(new Set(found.keys).size).toBe(found.keys.length);
    }),
  );
});

test('the same rows have the same keys again', () => {
  fc.assert(
    fc.property(batches, ([rows, bad]) => {
      const run = () => search(rows, new Set(bad), { naming: 0 }).keys;
      expect(run()).toEqual(run());
    }),
  );
});

test('an API that takes no row at all is found out by a few', () => {
  const rows = 1000;
  expect(search(rows, new Set(all(rows)), { naming: 0 })).toMatchObject({ created: [], requests: 9 });
  expect(search(rows, new Set(all(rows)), { naming: 1 }).requests).toBeLessThan(40);
});

test('what one part of a batch has shown decides nothing about another', () => {
  const rows = 200;
  const unkeyed = all(rows).filter((row) => row % 2 === 1);
  const found = search(rows, new Set(unkeyed), { naming: 0, unkeyed });
  expect(sorted(found.created)).toEqual(all(rows).filter((row) => row % 2 === 0));
  expect(found.requests).toBe(1 + 9);
});

test.each([1, Infinity])('a row named by another count, %d at a time, costs no good row', (naming) => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 500 }), fc.nat(), (rows, seed) => {
      const bad = arrangements['anywhere']!(rows, 1, chances(seed));
      const found = search(rows, new Set(bad), { naming, countedFrom: 1, seed: String(seed) });
      expect(sorted(found.created)).toEqual(goodOf(rows, bad));
      expect(found.refused).toEqual(sorted(bad));
      expect(found.requests).toBeLessThanOrEqual(bound(rows, bad.length) + 10);
    }),
  );
});

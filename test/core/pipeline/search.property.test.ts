import fc from 'fast-check';
import type { BatchInFlight } from '../../../src/core/pipeline/carried-state';
import { newPart, partOf, positionsLeft, toTodo, withoutSettled } from '../../../src/core/pipeline/parts';
import { newBatchInFlight } from '../../../src/core/pipeline/progress';
import { positionsOf, rowSetOf } from '../../../src/core/pipeline/row-set';
import {
  afterRefused,
  afterSettled,
  nextSelection,
  searchesLeft,
  type SearchBudget,
} from '../../../src/core/pipeline/search';
import { positionsIn, selectionLabel, wholeRange } from '../../../src/core/pipeline/selection';
import type { Selection } from '../../../src/core/pipeline/start-import';

/** How the API names the rows that it refuses: all, the first so many, or none. */
type Naming = number;

interface Found {
  created: number[];
  refused: number[];
  together: number[];
  requests: number;
  keys: string[];
}

/** Takes a batch to its end as the workflow does, against an API that refuses some of its rows. */
function search(
  rows: number,
  bad: ReadonlySet<number>,
  {
    naming,
    unkeyed = null,
    maxSearches = 200,
  }: { naming: Naming; unkeyed?: number[] | null; maxSearches?: number },
): Found {
  const inFlight: BatchInFlight = newBatchInFlight(1);
  const known = { size: rows, unkeyed: unkeyed && rowSetOf(unkeyed) };
  if (unkeyed !== null) {
    const only = (which: 'keyed' | 'unkeyed') => toTodo(newPart({ ...wholeRange(null), only: which }));
    inFlight.todo = [only('keyed'), only('unkeyed')];
  }
  const found: Found = { created: [], refused: [], together: [], requests: 0, keys: [] };
  let searches = 0;
  while (inFlight.todo.length > 0) {
    // What waits goes through JSON, as when the pipeline continues as new.
    const state = JSON.parse(JSON.stringify(inFlight)) as BatchInFlight;
    Object.assign(inFlight, state);
    const part = partOf(inFlight.todo.shift()!);
    const budget = (): SearchBudget => ({ searches, maxSearches });
    const together = (selection: Selection) =>
      found.together.push(...positionsIn(withoutSettled(inFlight, selection), known));
    if (positionsLeft(inFlight, part)?.length === 0) continue;
    if (part.searched) {
      if (searchesLeft(inFlight, budget()) === 0) {
        together(part.selection);
        continue;
      }
      inFlight.searches += 1;
      searches += 1;
    }
    const sent = nextSelection(inFlight, part, 'seed');
    inFlight.rows = known;
    const positions = positionsIn(sent, known);
    found.requests += 1;
    found.keys.push(selectionLabel(1, sent));
    const wrong = positions.filter((position) => bad.has(position));
    if (wrong.length === 0) {
      found.created.push(...positions);
      const left = afterSettled(inFlight, part, sent, 'taken');
      if (left !== null) inFlight.todo.unshift(toTodo(left));
      continue;
    }
    const refusal = { sent: positions.length, named: rowSetOf(wrong.slice(0, naming)), ...known };
    const { left, exhausted } = afterRefused(inFlight, part, sent, refusal, budget());
    if (left !== null && exhausted) together(left.selection);
    else if (left !== null) inFlight.todo.unshift(toTodo(left));
  }
  found.refused = positionsOf(inFlight.refused);
  return found;
}

const sorted = (...lists: number[][]) => lists.flat().toSorted((a, b) => a - b);
const all = (rows: number) => Array.from({ length: rows }, (_, row) => row);

const batches = fc
  .integer({ min: 1, max: 120 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.subarray(all(rows)), fc.option(fc.subarray(all(rows)))));
const sparse = fc
  .integer({ min: 2, max: 1000 })
  .chain((rows) =>
    fc.tuple(fc.constant(rows), fc.subarray(all(rows), { minLength: 1, maxLength: Math.min(rows, 4) })),
  );

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

test('rows that are not named are found within the bound, wherever they are', () => {
  fc.assert(
    fc.property(sparse, ([rows, bad]) => {
      const found = search(rows, new Set(bad), { naming: 0 });
      expect(sorted(found.created)).toEqual(all(rows).filter((row) => !bad.includes(row)));
      expect(found.refused).toEqual(bad);
      expect(found.requests).toBeLessThanOrEqual(2 + 2 * bad.length * (1 + Math.log2(rows)));
      expect(found.requests).toBeLessThanOrEqual(64);
    }),
    { numRuns: 500 },
  );
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
  expect(search(rows, new Set(all(rows)), { naming: 0 })).toMatchObject({ created: [], requests: 6 });
  expect(search(rows, new Set(all(rows)), { naming: 1 }).requests).toBeLessThan(40);
});

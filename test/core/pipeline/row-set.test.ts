import fc from '../../support/properties';
import { positionsOf, rowSetOf, rowSetSchema, unionOf } from '../../../src/core/pipeline/row-set';

const sets = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 400 });
const ascending = (positions: number[]) => positions.toSorted((a, b) => a - b);

test.each<{ positions: number[]; text: string }>([
  { positions: [], text: '' },
  { positions: [3], text: '3' },
  { positions: [7, 0, 1, 2, 3], text: '0-3,7' },
  { positions: Array.from({ length: 36 }, (_, index) => index * 2), text: `b${'V'.repeat(12)}` },
])('$positions are $text', ({ positions, text }) => {
  expect(rowSetOf(positions)).toBe(text);
});

test('a set holds its rows, whatever they are, and has one form alone', () => {
  fc.assert(
    fc.property(sets, (positions) => {
      const set = rowSetOf(positions);
      expect(positionsOf(set)).toEqual(ascending(positions));
      expect(rowSetSchema.safeParse(set).success).toBe(true);
    }),
  );
});

test('a union holds the rows of all', () => {
  fc.assert(
    fc.property(sets, sets, (one, other) => {
      expect(positionsOf(unionOf(rowSetOf(one), rowSetOf(other)))).toEqual(
        ascending([...new Set([...one, ...other])]),
      );
    }),
  );
});

test('a set of a batch of the largest size is short', () => {
  const every = (nth: number) => Array.from({ length: 100_000 / nth }, (_, index) => index * nth);
  expect(rowSetOf(every(1))).toBe('0-99999');
  for (const nth of [2, 3, 10]) expect(rowSetOf(every(nth)).length).toBeLessThan(16_700);
});

test.each([
  '1,1',
  '3,2',
  '1-',
  '-1',
  '5-3',
  'b',
  'bA',
  'b?',
  '0,1',
  '100000',
  '0-99999,0-99999',
  'bB',
  '0'.repeat(17_000),
])('%s is no set', (text) => {
  expect(rowSetSchema.safeParse(text).success).toBe(false);
});

import { z } from 'zod';

/**
 * A set of a batch's rows as text. Rows are positions among those that can be sent, from 0. The text lists ascending
 * ranges, as in `0-3,7`; if that gets long, and a bit for each position is shorter, it is `b` and these bits. Equal
 * sets have equal texts of at most 17 KB. The empty set is the empty text.
 */
export type RowSet = string;

/** A batch has fewer rows than this. */
const maxRows = 100_000;
const maxLength = 1 + Math.ceil(maxRows / 6);
/** Ranges up to this length stay ranges, since people can read them. */
const readableLength = 60;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const form = 'a set of rows of a batch';

/** The set of these positions, in any order. */
export function rowSetOf(positions: Iterable<number>): RowSet {
  const sorted = [...new Set(positions)].sort((a, b) => a - b);
  const ranges = rangesText(sorted);
  const bits = 1 + Math.ceil(((sorted.at(-1) ?? 0) + 1) / 6);
  if (ranges.length <= Math.max(readableLength, bits)) return ranges;
  return bitsText(sorted);
}

function rangesText(sorted: readonly number[]): string {
  const texts: string[] = [];
  let first = sorted[0] ?? 0;
  sorted.forEach((position, index) => {
    if (sorted[index + 1] === position + 1) return;
    texts.push(first === position ? String(first) : `${first}-${position}`);
    first = sorted[index + 1] ?? 0;
  });
  return texts.join(',');
}

function bitsText(sorted: readonly number[]): string {
  const values = new Array<number>(Math.ceil(((sorted.at(-1) ?? 0) + 1) / 6)).fill(0);
  for (const position of sorted) {
    const digit = Math.floor(position / 6);
    values[digit] = (values[digit] ?? 0) | (1 << (position % 6));
  }
  return `b${values.map((value) => digits[value]).join('')}`;
}

/** The positions of a set in ascending order. Throws if the text has another form. */
export function positionsOf(set: RowSet): number[] {
  const positions = readPositions(set);
  if (positions === null) throw new RangeError(`expected ${form}`);
  return positions;
}

function readPositions(set: string): number[] | null {
  if (set === '') return [];
  if (set.length > maxLength) return null;
  return set.startsWith('b') ? readBits(set.slice(1)) : readRanges(set);
}

function readBits(text: string): number[] | null {
  const positions: number[] = [];
  for (let digit = 0; digit < text.length; digit += 1) {
    const value = digits.indexOf(text.charAt(digit));
    if (value === -1) return null;
    for (let bit = 0; bit < 6; bit += 1) if ((value & (1 << bit)) !== 0) positions.push(digit * 6 + bit);
  }
  return positions;
}

function readRanges(text: string): number[] | null {
  const positions: number[] = [];
  for (const range of text.split(',')) {
    const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (from === '' || Number(from) <= (positions.at(-1) ?? -1)) return null;
    for (let position = Number(from); position <= Number(to); position += 1) positions.push(position);
  }
  return positions;
}

/** A set as passed to the next run or to an activity, in its canonical form. */
export const rowSetSchema = z.string({ error: form }).refine(isRowSet, { error: form });

function isRowSet(text: string): boolean {
  const positions = readPositions(text);
  return positions !== null && (positions.at(-1) ?? 0) < maxRows && rowSetOf(positions) === text;
}

/** The union of the sets. */
export function unionOf(...sets: readonly RowSet[]): RowSet {
  return rowSetOf(sets.flatMap(positionsOf));
}

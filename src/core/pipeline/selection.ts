import { sha256 } from '../sha256';
import { rangeLabel } from './progress';
import { positionsOf, rowSetOf, type RowSet } from './row-set';
import type { RowRange, SendableRows, Selection } from './launch/start-import';

/** Selects all rows of a range. */
export const wholeRange = (range: RowRange): Selection => ({ range, only: null, excluded: '' });

/** Whether a selection is a plain range, which activities and keys of every release can express. */
export const isWholeRange = ({ only, excluded }: Selection): boolean => only === null && excluded === '';

/**
 * A selection in idempotency keys: its range, followed, unless it is a plain range, by its condition and the hash of
 * the rows it excludes, as in `12.0-500.keyed.{64 digits}`. Equal selections have equal labels, and different ones have
 * different labels.
 */
export function selectionLabel(batch: number, selection: Selection): string {
  const { range, only, excluded } = selection;
  if (isWholeRange(selection)) return rangeLabel(batch, range);
  return `${rangeLabel(batch, range)}.${only ?? 'all'}.${excluded === '' ? 'none' : sha256(excluded)}`;
}

/**
 * A selection in the workflow id of its tracker, which must stay short: its range or a hash.
 * @param relaunches how often an import of these rows has already failed as a whole
 */
export function trackerLabel(batch: number, selection: Selection, relaunches: number): string {
  if (isWholeRange(selection) && relaunches === 0) return rangeLabel(batch, selection.range);
  const hash = sha256(`${selectionLabel(batch, selection)} ${relaunches}`);
  return `${batch}.${BigInt(`0x${hash.slice(0, 13)}`)
    .toString()
    .padStart(16, '0')}`;
}

/** The positions of a selection in ascending order. */
export function positionsIn({ range, only, excluded }: Selection, { size, unkeyed }: SendableRows): number[] {
  const { from, to } = range ?? { from: 0, to: size };
  const without = new Set(excluded === '' ? [] : positionsOf(excluded));
  const lacking = new Set(unkeyed === null || only === null ? [] : positionsOf(unkeyed));
  const positions: number[] = [];
  for (let position = from; position < Math.min(to, size); position += 1) {
    if (without.has(position)) continue;
    if (only !== null && lacking.has(position) !== (only === 'unkeyed')) continue;
    positions.push(position);
  }
  return positions;
}

/** The rows of a set within a range. */
export function within(set: RowSet, range: RowRange): RowSet {
  if (set === '' || range === null) return set;
  return rowSetOf(positionsOf(set).filter((position) => position >= range.from && position < range.to));
}

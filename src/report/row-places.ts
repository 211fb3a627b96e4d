import { hasDedupeValue } from '../core/pipeline/dedupe-value';
import { positionsOf } from '../core/pipeline/row-set';
import type { Selection } from '../core/pipeline/launch/start-import';
import type { BatchRow } from '../ports/batch-reader';

/** Where a row of a batch stands. */
export type RowPlace = {
  /** Null when it is not known any more which row of the source it is. */
  rowNumber: number | null;
  /** Null when it is not known any more. */
  line: number | null;
  malformed: string | null;
  /** Whether it is not known any more whether it was sent. */
  isLost: boolean;
  /** Rows before it that can be sent. */
  position: number;
  /** Whether it lacks a value in the property that `dedupe_by` names. */
  isUnkeyed: boolean;
};

/** Where the rows of a batch stand, in order. */
export interface Places {
  all(): Iterable<RowPlace>;
}

/**
 * Where the rows of a batch stand, as they are read: many batches are settled at once, so that no row has an object of
 * its own.
 */
export class RowPlaces implements Places {
  private firstRow = 0;
  private sendable = 0;
  private readonly lines: number[] = [];
  private readonly reasons: (string | null)[] = [];
  private readonly unkeyed = new Set<number>();

  /** `dedupeBy` is the property that rows have to have a value in to be keyed; null for none. */
  constructor(private readonly dedupeBy: string | null) {}

  /** Takes in the next row. */
  add(row: BatchRow): void {
    if (this.lines.length === 0) this.firstRow = row.rowNumber;
    const malformed = 'malformed' in row ? row.malformed : null;
    this.lines.push(row.line);
    this.reasons.push(malformed);
    if (!('row' in row)) return;
    if (this.dedupeBy !== null && !hasDedupeValue(row.row.pick(this.dedupeBy), this.dedupeBy))
      this.unkeyed.add(this.sendable);
    this.sendable += 1;
  }

  *all(): Generator<RowPlace> {
    let position = 0;
    for (const [index, line] of this.lines.entries()) {
      const malformed = this.reasons[index] ?? null;
      const isUnkeyed = malformed === null && this.unkeyed.has(position);
      yield { rowNumber: this.firstRow + index, line, malformed, position, isUnkeyed, isLost: false };
      if (malformed === null) position += 1;
    }
  }
}

/** Whether a row is one of a selection. */
export function membership({ range, only, excluded }: Selection): (row: RowPlace) => boolean {
  const { from, to } = range ?? { from: 0, to: Infinity };
  const without = new Set(positionsOf(excluded));
  return ({ malformed, isLost, position, isUnkeyed }) =>
    malformed === null &&
    !isLost &&
    position >= from &&
    position < to &&
    (only === null || (only === 'unkeyed') === isUnkeyed) &&
    !without.has(position);
}

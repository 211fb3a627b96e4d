import { hasDedupeValue } from '../core/pipeline/dedupe-value';
import { positionsOf } from '../core/pipeline/row-set';
import type { Selection } from '../core/pipeline/launch/start-import';
import type { BatchRow } from '../ports/batch-reader';

/** The position of a row in its batch and source. */
export type RowPlace = {
  /** Null if it is no longer known which row of the source it is. */
  rowNumber: number | null;
  /** Null if no longer known. */
  line: number | null;
  malformed: string | null;
  /** Whether it is no longer known whether the row was sent. */
  isLost: boolean;
  /** Number of sendable rows before it. */
  position: number;
  /** Whether it lacks a value in the property that `dedupe_by` names. */
  isUnkeyed: boolean;
};

/** The positions of a batch's rows, in order. */
export interface Places {
  all(): Iterable<RowPlace>;
}

/**
 * Collects the positions of a batch's rows as they are read. Stores no object per row, because many batches are settled
 * at once.
 */
export class RowPlaces implements Places {
  private firstRow = 0;
  private sendable = 0;
  private readonly lines: number[] = [];
  private readonly reasons: (string | null)[] = [];
  private readonly unkeyed = new Set<number>();

  /** `dedupeBy` is the property in which a keyed row has a value; null for none. */
  constructor(private readonly dedupeBy: string | null) {}

  /** Adds the next row. */
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

/** Returns a function that says whether a row belongs to a selection. */
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

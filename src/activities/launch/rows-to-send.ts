import { dedupeProperty, hasDedupeValue } from '../../core/pipeline/dedupe-value';
import { positionsOf, rowSetOf } from '../../core/pipeline/row-set';
import type { SendableRows, Selection, StartImportInput } from '../../core/pipeline/launch/start-import';
import type { BatchReader } from '../../ports/batch-reader';
import { isTurnOver, nextTurn } from '../../ports/give-way';
import { PrismError, unanswered } from '../../ports/prism-error';
import type { WrittenRow } from '../../ports/written-row';

/**
 * Maximum size of the rows in a request, in bytes. The API is said to accept about 10 MB; if it accepts less, it says
 * so. Batches of 0.1.0 may have any size, and rows include their column names.
 */
export const maxRequestBytes = 16 * 1024 * 1024;

/** The sendable rows of a batch, or of a part of it. */
export interface RowsToSend extends SendableRows {
  /** Null if they are too large for a request. */
  rows: WrittenRow[] | null;
  bytes: number;
  /** The position of each among the sendable rows of the batch. */
  positions: number[];
}

/** The rows requested from a batch. */
export type RequestedRows = Pick<StartImportInput, 'plan' | 'batch' | 'options' | 'objectType'> & Selection;

/**
 * Reads the sendable rows of a batch or of a part of it; the report explains what is wrong with the others. If it takes
 * until `deadline`, on the clock of `performance`, it throws a PrismError which says that nothing was sent.
 */
export async function rowsToSend(
  batches: BatchReader,
  input: RequestedRows,
  deadline: number,
): Promise<RowsToSend> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    const left = Math.min(deadline - performance.now(), maxTimerMs);
    timer = setTimeout(() => reject(tooLate(input)), Math.max(0, left));
  });
  try {
    // If the storage hangs, only the reading itself continues, until its next row.
    return await Promise.race([readRows(batches, input, deadline), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longest timer of Node.js. With a longer one it would not wait at all. */
const maxTimerMs = 2 ** 31 - 1;

const tooLate = ({ objectType }: RequestedRows): PrismError =>
  notSent(objectType, 'its rows could not be read in time');

async function readRows(batches: BatchReader, input: RequestedRows, deadline: number): Promise<RowsToSend> {
  const { plan, batch } = input;
  const isRequested = selector(input);
  const property = dedupeProperty(input.options);
  const positions: number[] = [];
  const unkeyed: number[] = [];
  let rows: WrittenRow[] = [];
  let [size, bytes] = [0, 0];
  for await (const row of batches.read(plan, batch)) {
    if (performance.now() > deadline) throw tooLate(input);
    if (!('row' in row)) continue;
    const position = size;
    size += 1;
    const isUnkeyed = property !== null && !hasDedupeValue(row.row.pick(property), property);
    if (isUnkeyed) unkeyed.push(position);
    if (!isRequested(position, isUnkeyed)) continue;
    positions.push(position);
    if (bytes > maxRequestBytes) continue;
    if (isTurnOver()) await nextTurn(); // a large row takes long to read and to write
    bytes += row.row.json.length + 1;
    rows.push(row.row);
    if (bytes > maxRequestBytes) rows = [];
  }
  return {
    rows: bytes > maxRequestBytes ? null : rows,
    bytes,
    positions,
    size,
    unkeyed: property === null ? null : rowSetOf(unkeyed),
  };
}

/** Whether a row is requested. */
function selector({ range, only, excluded }: Selection): (position: number, isUnkeyed: boolean) => boolean {
  const { from, to } = range ?? { from: 0, to: Infinity };
  const without = new Set(positionsOf(excluded));
  return (position, isUnkeyed) =>
    position >= from &&
    position < to &&
    (only === null || (only === 'unkeyed') === isUnkeyed) &&
    !without.has(position);
}

/** The error of a request that was not sent and can be sent later. */
export function notSent(objectType: string, why: string): PrismError {
  const request = `POST ${objectType} import`;
  return new PrismError(`${request}: not sent, since ${why}`, unanswered('unreachable', request, false));
}

import { dedupeProperty, hasDedupeValue } from '../../core/pipeline/dedupe-value';
import { positionsOf, rowSetOf } from '../../core/pipeline/row-set';
import type { SendableRows, Selection, StartImportInput } from '../../core/pipeline/launch/start-import';
import type { BatchReader } from '../../ports/batch-reader';
import { isTurnOver, nextTurn } from '../../ports/give-way';
import { PrismError, unanswered } from '../../ports/prism-error';
import type { WrittenRow } from '../../ports/written-row';

/**
 * Most bytes of rows in a request. The API is said to take about 10 MB; where it takes less, it says so. Batches of
 * 0.1.0 may be of any size, and rows name their columns.
 */
export const maxRequestBytes = 16 * 1024 * 1024;

/** The rows of a batch, or of a part of it, that can be sent. */
export interface RowsToSend extends SendableRows {
  /** Null when they are larger than a request may be. */
  rows: WrittenRow[] | null;
  bytes: number;
  /** Of each of them among the rows of the batch that can be sent. */
  positions: number[];
}

/** What is asked for of a batch. */
export type RowsAskedFor = Pick<StartImportInput, 'plan' | 'batch' | 'options' | 'objectType'> & Selection;

/**
 * Reads what can be sent of a batch or a part of it; what is wrong with other rows is for the report to say. Throws a
 * PrismError that says that nothing was sent when it takes longer than until `deadline`, on the clock of
 * `performance`.
 */
export async function rowsToSend(
  batches: BatchReader,
  input: RowsAskedFor,
  deadline: number,
): Promise<RowsToSend> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    const left = Math.min(deadline - performance.now(), maxTimerMs);
    timer = setTimeout(() => reject(tooLate(input)), Math.max(0, left));
  });
  try {
    // A storage that is silent holds up only the read itself, which ends at its next row.
    return await Promise.race([readRows(batches, input, deadline), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longest time that a timer of Node.js waits; with a longer one it would not wait at all. */
const maxTimerMs = 2 ** 31 - 1;

const tooLate = ({ objectType }: RowsAskedFor): PrismError =>
  notSent(objectType, 'its rows could not be read in time');

async function readRows(batches: BatchReader, input: RowsAskedFor, deadline: number): Promise<RowsToSend> {
  const { plan, batch } = input;
  const isAskedFor = selector(input);
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
    if (!isAskedFor(position, isUnkeyed)) continue;
    positions.push(position);
    if (bytes > maxRequestBytes) continue;
    if (isTurnOver()) await nextTurn(); // a large row takes long to read, and long to write
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

/** Whether a row is asked for. */
function selector({ range, only, excluded }: Selection): (position: number, isUnkeyed: boolean) => boolean {
  const { from, to } = range ?? { from: 0, to: Infinity };
  const without = new Set(positionsOf(excluded));
  return (position, isUnkeyed) =>
    position >= from &&
    position < to &&
    (only === null || (only === 'unkeyed') === isUnkeyed) &&
    !without.has(position);
}

/** A request that was not made, and that may be made later. */
export function notSent(objectType: string, why: string): PrismError {
  const request = `POST ${objectType} import`;
  return new PrismError(`${request}: not sent, since ${why}`, unanswered('unreachable', request, false));
}

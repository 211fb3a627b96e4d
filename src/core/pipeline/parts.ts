import type { BatchInFlight, BatchPart, EndedPart, FollowedImport } from './carried-state';
import { halvesOf } from './progress';
import { rowSetOf, unionOf, type RowSet } from './row-set';
import { isWholeRange, positionsIn, wholeRange, within } from './selection';
import type { RowRange, Selection } from './launch/start-import';

/** A part of a batch before its first attempt. */
export const newPart = (selection: Selection, unclear = false): BatchPart => ({
  selection,
  unclear,
  searched: false,
  suspects: null,
  group: null,
  scan: { rows: 0, found: 0, last: null, run: 0 },
  taken: false,
  refusals: 0,
  names: 'believed',
  probed: null,
  said: null,
  attempt: 1,
  relaunches: 0,
});

/** A part to launch, from a waiting entry that may consist of its range alone. */
export const partOf = (todo: BatchInFlight['todo'][number]): BatchPart =>
  todo !== null && 'selection' in todo ? todo : newPart(wholeRange(todo));

/** A part as a waiting entry: its range alone, as 0.1.0 knows it, if there is nothing else to keep. */
export function toTodo(part: BatchPart): BatchInFlight['todo'][number] {
  const plain = newPart(wholeRange(part.selection.range));
  return JSON.stringify(part) === JSON.stringify(plain) ? part.selection.range : part;
}

/** The rows of an import in flight or finished. */
export const selectionOf = ({ range = null, selection }: Pick<EndedPart, 'range' | 'selection'>): Selection =>
  selection ?? wholeRange(range);

/** Rows, in the form that an import in flight or finished stores. */
export const selected = (selection: Selection): { range: RowRange } | { selection: Selection } =>
  isWholeRange(selection) ? { range: selection.range } : { selection };

/** Rows of a batch that no longer belong to a part, because each was settled alone. */
const settledAlone = ({ refused, apart }: Pick<BatchInFlight, 'refused' | 'apart'>): RowSet =>
  refused === '' ? apart : unionOf(refused, apart);

/** Removes rows from all parts of a batch, since an import of their own settles them. */
export function settleApart(inFlight: BatchInFlight, selection: Selection): void {
  inFlight.apart = unionOf(inFlight.apart, rowSetOf(positionsOfSent(inFlight, selection)));
}

/**
 * The positions of a part's remaining rows, without rows settled alone; null until it is known which rows of the batch
 * can be sent.
 */
export function positionsLeft(inFlight: BatchInFlight, { selection }: BatchPart): number[] | null {
  if (inFlight.rows === null) return null;
  return positionsIn(withoutSettled(inFlight, selection), inFlight.rows);
}

/** The number of a part's remaining rows. */
export const countLeft = (inFlight: BatchInFlight, part: BatchPart): number =>
  positionsLeft(inFlight, part)?.length ?? Infinity;

/** The part if rows remain in it, else null. */
export const unlessEmpty = (inFlight: BatchInFlight, part: BatchPart): BatchPart | null =>
  countLeft(inFlight, part) > 0 ? part : null;

/** The positions of sent rows; empty until it is known which rows of the batch can be sent. */
export const positionsOfSent = ({ rows }: BatchInFlight, sent: Selection): number[] =>
  rows === null ? [] : positionsIn(sent, rows);

/** The selection without the rows that were settled alone. */
export const withoutSettled = (inFlight: BatchInFlight, selection: Selection): Selection => ({
  ...selection,
  excluded: within(settledAlone(inFlight), selection.range),
});

/** The same rows, as a selection whose range starts and ends with one of them. */
export function narrowed(
  inFlight: BatchInFlight,
  selection: Selection,
  positions: readonly number[],
): Selection {
  const [first = 0, last = first] = [positions[0], positions.at(-1)];
  const range = { from: first, to: last + 1 };
  return withoutSettled(inFlight, { ...selection, range });
}

/** How often an import of these rows has already failed as a whole. */
export const relaunchesOf = ({ relaunches = 0 }: Pick<FollowedImport, 'relaunches'>): number => relaunches;

/**
 * Divides a part of a pipeline with `dedupe_by` into rows that have a value to find their record by, which may be sent
 * again, and rows that have none, which must not. Returns the part itself if all rows have a value.
 */
export function dividedByKey({ rows }: BatchInFlight, part: BatchPart): [BatchPart, ...BatchPart[]] {
  if (part.selection.only !== null || rows?.unkeyed === '') return [part];
  const only = (which: 'keyed' | 'unkeyed') => ({ ...part, selection: { ...part.selection, only: which } });
  return [only('keyed'), only('unkeyed')];
}

/** The selection without its condition if every row meets it: then it equals its range. */
export const withoutIdleCondition = ({ rows }: BatchInFlight, selection: Selection): Selection =>
  rows?.unkeyed === '' && selection.only === 'keyed' ? { ...selection, only: null } : selection;

/** The two halves of rows that were too many for one request; null for a single row. */
export function halved(
  inFlight: BatchInFlight,
  sent: Selection,
  rows: number,
): [Selection, Selection] | null {
  if (isWholeRange(sent) && inFlight.rows === null) {
    const halves = halvesOf(sent.range, rows);
    return halves && [wholeRange(halves[0]), wholeRange(halves[1])];
  }
  const positions = inFlight.rows === null ? [] : positionsIn(sent, inFlight.rows);
  if (positions.length < 2) return null;
  const middle = Math.ceil(positions.length / 2);
  const half = (among: readonly number[]) => narrowed(inFlight, sent, among);
  return [half(positions.slice(0, middle)), half(positions.slice(middle))];
}

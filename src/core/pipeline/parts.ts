import type { BatchInFlight, BatchPart, EndedPart, FollowedImport } from './carried-state';
import { halvesOf } from './progress';
import { rowSetOf, unionOf, type RowSet } from './row-set';
import { isWholeRange, positionsIn, wholeRange, within } from './selection';
import type { RowRange, Selection } from './launch/start-import';

/** A part of a batch that nothing has been tried for. */
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

/** A part that is to be launched, which may be known by its range alone. */
export const partOf = (todo: BatchInFlight['todo'][number]): BatchPart =>
  todo !== null && 'selection' in todo ? todo : newPart(wholeRange(todo));

/** A part as it waits: by its range alone if there is nothing more to say, as 0.1.0 knows it. */
export function toTodo(part: BatchPart): BatchInFlight['todo'][number] {
  const plain = newPart(wholeRange(part.selection.range));
  return JSON.stringify(part) === JSON.stringify(plain) ? part.selection.range : part;
}

/** The rows that an import in flight or at its end has. */
export const selectionOf = ({ range = null, selection }: Pick<EndedPart, 'range' | 'selection'>): Selection =>
  selection ?? wholeRange(range);

/** Rows as an import in flight or at its end names them. */
export const selected = (selection: Selection): { range: RowRange } | { selection: Selection } =>
  isWholeRange(selection) ? { range: selection.range } : { selection };

/** Rows of a batch that are none of its parts' any more, each being settled by itself. */
const settledAlone = ({ refused, apart }: Pick<BatchInFlight, 'refused' | 'apart'>): RowSet =>
  refused === '' ? apart : unionOf(refused, apart);

/** Takes rows out of all parts of a batch, since they are settled by an import of their own. */
export function settleApart(inFlight: BatchInFlight, selection: Selection): void {
  inFlight.apart = unionOf(inFlight.apart, rowSetOf(positionsOfSent(inFlight, selection)));
}

/**
 * The positions that are left of a part; null while it is not known which rows of the batch can be sent. A range is
 * understood without what has been settled alone.
 */
export function positionsLeft(inFlight: BatchInFlight, { selection }: BatchPart): number[] | null {
  if (inFlight.rows === null) return null;
  return positionsIn(withoutSettled(inFlight, selection), inFlight.rows);
}

/** How many rows are left of a part. */
export const countLeft = (inFlight: BatchInFlight, part: BatchPart): number =>
  positionsLeft(inFlight, part)?.length ?? Infinity;

/** A part in which rows are left, else null. */
export const unlessEmpty = (inFlight: BatchInFlight, part: BatchPart): BatchPart | null =>
  countLeft(inFlight, part) > 0 ? part : null;

/** The positions of what was sent; none while it is not known which rows of the batch can be. */
export const positionsOfSent = ({ rows }: BatchInFlight, sent: Selection): number[] =>
  rows === null ? [] : positionsIn(sent, rows);

/** A selection without the rows that have been settled alone. */
export const withoutSettled = (inFlight: BatchInFlight, selection: Selection): Selection => ({
  ...selection,
  excluded: within(settledAlone(inFlight), selection.range),
});

/** The same rows as a selection whose range has no row before or after them. */
export function narrowed(
  inFlight: BatchInFlight,
  selection: Selection,
  positions: readonly number[],
): Selection {
  const [first = 0, last = first] = [positions[0], positions.at(-1)];
  const range = { from: first, to: last + 1 };
  return withoutSettled(inFlight, { ...selection, range });
}

/** How often the rows of an import in flight have failed before. */
export const relaunchesOf = ({ relaunches = 0 }: Pick<FollowedImport, 'relaunches'>): number => relaunches;

/**
 * A part of a pipeline with `dedupe_by` by whether its rows have a value to find their record by: with one they may be
 * sent again, without one they must not be. The part itself when no row lacks one.
 */
export function dividedByKey({ rows }: BatchInFlight, part: BatchPart): [BatchPart, ...BatchPart[]] {
  if (part.selection.only !== null || rows?.unkeyed === '') return [part];
  const only = (which: 'keyed' | 'unkeyed') => ({ ...part, selection: { ...part.selection, only: which } });
  return [only('keyed'), only('unkeyed')];
}

/** A selection without the condition that every row fulfils: then it is the range that it stands for. */
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

import { sha256 } from '../sha256';
import type { BatchInFlight, BatchPart } from './carried-state';
import { narrowed, positionsLeft, settledAlone, withoutSettled } from './parts';
import { rowSetOf, unionOf } from './row-set';
import { positionsIn } from './selection';
import type { RefusedSelection, RowRange, Selection } from './start-import';

/**
 * How the rows are found that the API refuses a whole request for. Rows that it names are left out, and the rest is
 * sent again. For others the first of them is found by halves: a half that is taken is done, and the other one must
 * hold it; then the rows behind it are sent. That takes one request for all rows, at most log2(n) + 1 for each row to
 * be found, and one for the rows behind each.
 *
 * A refusal may be about every row, as when a property is unknown. So after the first one some rows are tried alone,
 * anywhere in the batch: one that is taken shows that it is about some rows, one that is refused is found.
 */

/**
 * Most requests for a batch, to find rows that are not named. The first is one of them, and, with `dedupe_by`, that of
 * the rows without a value for it.
 */
const maxRequestsOfBatch = 64;
/** A few rows are sooner halved than tried alone. */
const minProbedRows = 4;
/** When so many rows, drawn by chance, are refused, so is every other one, as far as anybody can tell. */
const probesUnnamed = 5;
/**
 * The same where the API names rows: an answer may name the first of many, so that each costs a request. It is doubted
 * after so many of them, none of which was taken, and for so many rows.
 */
const refusalsBeforeProbes = 16;
const probesNamed = 16;
const minRowsNamed = 100;

/** How much may still be spent on finding rows that the API does not name. */
export interface SearchBudget {
  /** Requests of the pipeline so far, and most of them. */
  searches: number;
  maxSearches: number;
}

/** How many requests are left for finding rows of a batch that the API does not name. */
export const searchesLeft = (inFlight: BatchInFlight, { searches, maxSearches }: SearchBudget): number =>
  Math.max(0, Math.min(maxRequestsOfBatch - 2 - inFlight.searches, maxSearches - searches));

/** What of a part is sent next. `seed` decides which row is tried alone, and is the same after a reset. */
export function nextSelection(inFlight: BatchInFlight, part: BatchPart, seed: string): Selection {
  const positions = positionsLeft(inFlight, part);
  if (positions === null) return withoutSettled(inFlight, part.selection);
  if (part.probed !== null) {
    const drawn = parseInt(sha256(`${seed} ${inFlight.batch} ${settledAlone(inFlight)}`).slice(0, 8), 16);
    const position = positions[drawn % positions.length] ?? 0;
    return narrowed(inFlight, part.selection, [position]);
  }
  const { suspects } = part;
  if (suspects === null) return withoutSettled(inFlight, part.selection);
  const among = positions.filter((position) => position >= suspects.from && position < suspects.to);
  return narrowed(inFlight, part.selection, among.slice(0, Math.ceil(among.length / 2)));
}

/** What is left of a part when the API has taken rows of it, or they are given up; null when nothing is. */
export function afterSettled(
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  end: 'taken' | 'given_up',
): BatchPart | null {
  const holdsRefused = end === 'taken' && part.probed === 0 && part.searched;
  if (end === 'taken') inFlight.taken = true;
  if (part.probed !== null) {
    inFlight.apart = unionOf(inFlight.apart, rowSetOf(positionsOfSent(inFlight, sent)));
    return unlessEmpty(inFlight, {
      ...part,
      probed: null,
      suspects: holdsRefused ? part.selection.range : null,
    });
  }
  if (part.suspects === null) return null;
  const rest = behind(part.selection.range, sent.range);
  if (rest === null) return null;
  const suspects = end === 'taken' ? behind(part.suspects, sent.range) : null;
  const left = { ...part, selection: { ...part.selection, range: rest } };
  const stillSuspected =
    suspects !== null && holdsRows(inFlight, { ...left, selection: { ...left.selection, range: suspects } });
  return unlessEmpty(inFlight, { ...left, suspects: stillSuspected ? suspects : null });
}

/**
 * What is left of a part when the API has refused rows of it; null when nothing is. `exhausted`: the rest is not looked
 * at one by one.
 */
export function afterRefused(
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  refusal: RefusedSelection,
  budget: SearchBudget,
): { left: BatchPart | null; exhausted: boolean } {
  const range = part.selection.range ?? { from: 0, to: refusal.size };
  const ranged = { ...part, selection: { ...part.selection, range } };
  const isAlone = refusal.sent === 1;
  const named = isAlone ? rowSetOf(positionsOfSent(inFlight, sent)) : refusal.named;
  if (named === '') return { left: unnamed(inFlight, ranged, sent), exhausted: false };
  inFlight.refused = unionOf(inFlight.refused, named);
  inFlight.refusals += 1;
  const left = unlessEmpty(inFlight, ranged);
  if (left === null) return { left, exhausted: false };
  if (part.probed !== null) return probed(inFlight, { ...left, probed: part.probed + 1 }, budget);
  if (isAlone && part.suspects !== null) {
    const rest = behind(range, sent.range);
    return { left: rest && unlessEmpty(inFlight, withRange(left, rest)), exhausted: false };
  }
  const doubtful =
    !inFlight.taken && inFlight.refusals >= refusalsBeforeProbes && countLeft(inFlight, left) >= minRowsNamed;
  return { left: { ...left, suspects: null, probed: doubtful ? 0 : null }, exhausted: false };
}

const withRange = (part: BatchPart, range: NonNullable<RowRange>): BatchPart => ({
  ...part,
  selection: { ...part.selection, range },
  suspects: null,
});

function unnamed(inFlight: BatchInFlight, part: BatchPart, sent: Selection): BatchPart {
  const isFirst = part.suspects === null && !part.searched && !inFlight.taken;
  const suspected = { ...part, searched: true, suspects: sent.range ?? part.selection.range };
  return isFirst && countLeft(inFlight, part) >= minProbedRows
    ? { ...suspected, suspects: null, probed: 0 }
    : suspected;
}

/** Goes on trying rows alone, or, when all were refused, believes it of every row that there is no time to look at. */
function probed(
  inFlight: BatchInFlight,
  part: BatchPart & { probed: number },
  budget: SearchBudget,
): { left: BatchPart; exhausted: boolean } {
  if (part.probed < (part.searched ? probesUnnamed : probesNamed)) return { left: part, exhausted: false };
  const count = countLeft(inFlight, part);
  const fits = part.searched ? 2 * count <= searchesLeft(inFlight, budget) : count < minRowsNamed;
  return { left: { ...part, probed: null, suspects: null }, exhausted: !fits };
}

/** What of a range lies behind another one; null when nothing does. */
function behind(range: RowRange, sent: RowRange): NonNullable<RowRange> | null {
  if (range === null || sent === null || sent.to >= range.to) return null;
  return { from: sent.to, to: range.to };
}

const positionsOfSent = ({ rows }: BatchInFlight, sent: Selection): number[] =>
  rows === null ? [] : positionsIn(sent, rows);
const countLeft = (inFlight: BatchInFlight, part: BatchPart): number =>
  positionsLeft(inFlight, part)?.length ?? Infinity;
const holdsRows = (inFlight: BatchInFlight, part: BatchPart): boolean => countLeft(inFlight, part) > 0;
const unlessEmpty = (inFlight: BatchInFlight, part: BatchPart): BatchPart | null =>
  holdsRows(inFlight, part) ? part : null;

import type { BatchInFlight, BatchPart } from '../carried-state';
import { positionsOfSent } from '../parts';
import { positionsOf, rowSetOf } from '../row-set';
import type { Selection } from '../launch/start-import';

/** When so many refusals have named rows of a part, and none of it was taken, the names may count from elsewhere. */
const refusalsBeforeDoubt = 8;

/** Rows of a part that were refused by name. */
function namedOf(inFlight: BatchInFlight, { selection }: BatchPart): number[] {
  const own = new Set(positionsOfSent(inFlight, { ...selection, excluded: '' }));
  return positionsOf(inFlight.refused).filter((position) => own.has(position));
}

/** The row that is tried alone while names are doubted: the first that was named. */
export const doubtedRow = (inFlight: BatchInFlight, part: BatchPart): number | null =>
  part.names === 'doubted' ? (namedOf(inFlight, part)[0] ?? null) : null;

/**
 * Whether names that were believed are doubted now: after many of them in vain, or when the rows that are left are
 * refused without a name, or the last one is.
 */
export const areDoubted = ({ names, searched, taken, refusals }: BatchPart, isNamed: boolean): boolean =>
  names === 'believed' && !searched && !taken && (isNamed ? refusals === refusalsBeforeDoubt : refusals > 0);

/**
 * A part after its first named row was sent alone and not refused. What was named is not refused if the row was taken:
 * then no name is believed any more. Otherwise only that row has an end of its own.
 */
export function withoutNames(inFlight: BatchInFlight, part: BatchPart, which: 'all' | Selection): BatchPart {
  const wrong = new Set(which === 'all' ? namedOf(inFlight, part) : positionsOfSent(inFlight, which));
  inFlight.refused = rowSetOf(positionsOf(inFlight.refused).filter((position) => !wrong.has(position)));
  return which === 'all' ? { ...part, names: 'wrong', refusals: 0 } : { ...part, names: 'proven' };
}

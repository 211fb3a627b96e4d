import type { BatchInFlight, BatchPart } from '../carried-state';
import { positionsOfSent } from '../parts';
import { positionsOf, rowSetOf } from '../row-set';
import type { Selection } from '../launch/start-import';

/**
 * Names are doubted after this many refusals that named rows of a part if none of its rows was accepted: the API may
 * count rows from another start.
 */
const refusalsBeforeDoubt = 8;

/** Rows of a part that refusals have named. */
function namedOf(inFlight: BatchInFlight, { selection }: BatchPart): number[] {
  const own = new Set(positionsOfSent(inFlight, { ...selection, excluded: '' }));
  return positionsOf(inFlight.refused).filter((position) => own.has(position));
}

/** The row to send alone while names are doubted: the first one named. */
export const doubtedRow = (inFlight: BatchInFlight, part: BatchPart): number | null =>
  part.names === 'doubted' ? (namedOf(inFlight, part)[0] ?? null) : null;

/**
 * Whether to start doubting the names: after many refusals in vain, or if the remaining rows, or the last one, are
 * refused without a name.
 */
export const areDoubted = ({ names, searched, taken, refusals }: BatchPart, isNamed: boolean): boolean =>
  names === 'believed' && !searched && !taken && (isNamed ? refusals === refusalsBeforeDoubt : refusals > 0);

/**
 * The part after its first named row was sent alone and not refused. With `all`, that row was accepted: no named row
 * counts as refused, and names are not trusted again. Otherwise only this row stops counting as refused.
 */
export function withoutNames(inFlight: BatchInFlight, part: BatchPart, which: 'all' | Selection): BatchPart {
  const wrong = new Set(which === 'all' ? namedOf(inFlight, part) : positionsOfSent(inFlight, which));
  inFlight.refused = rowSetOf(positionsOf(inFlight.refused).filter((position) => !wrong.has(position)));
  return which === 'all' ? { ...part, names: 'wrong', refusals: 0 } : { ...part, names: 'proven' };
}

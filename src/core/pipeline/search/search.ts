import type { BatchInFlight, BatchPart } from '../carried-state';
import {
  countLeft,
  narrowed,
  positionsLeft,
  positionsOfSent,
  settleApart,
  unlessEmpty,
  withoutSettled,
} from '../parts';
import { areDoubted, doubtedRow, withoutNames } from './named';
import { afterProbe, isDoubted, newProbes, probePosition } from './probe';
import { rowSetOf, unionOf } from '../row-set';
import { afterFound, goesBackwards, groupSize, grown, isHopeless, setAside } from './scan';
import type { RefusedSelection, RowRange, Selection } from '../launch/start-import';

/**
 * How the search finds the rows for which the API refuses a whole request. Rows that the API names are left out, and
 * the rest is sent again. Otherwise the first refused row is found by halving: if a half is accepted it is done, and
 * the other half must contain the row. The rows behind it follow in groups, sized by how close together refused rows
 * have been so far (`scan.ts`). Because a refusal may concern every row, for example if a property is unknown, some
 * rows are sent alone after the first refusal (`probe.ts`). The search stops early only when its requests are used up,
 * or when all probes were refused and too many rows remain to send each alone.
 */

/**
 * Maximum number of requests per batch for finding rows that the API does not name. Includes the first request and,
 * with `dedupe_by`, the one for rows without a value for it.
 */
const maxRequestsOfBatch = 64;

/** The requests that a pipeline may spend on finding rows that the API does not name. */
export interface SearchBudget {
  /** Requests of the pipeline so far, and their maximum. */
  searches: number;
  maxSearches: number;
}

/** How many requests are left to find rows of a batch that the API does not name. */
export const searchesLeft = (inFlight: BatchInFlight, { searches, maxSearches }: SearchBudget): number =>
  Math.max(0, Math.min(maxRequestsOfBatch - 2 - inFlight.searches, maxSearches - searches));

/**
 * The rows of a part to send next.
 * @param seed chooses the rows to probe; the same after a reset
 * @param left requests left for the search, including this one
 */
export function nextSelection(
  inFlight: BatchInFlight,
  part: BatchPart,
  seed: string,
  left: number,
): Selection {
  const doubted = doubtedRow(inFlight, part);
  if (doubted !== null) return { ...part.selection, range: { from: doubted, to: doubted + 1 }, excluded: '' };
  const positions = positionsLeft(inFlight, part);
  if (positions === null) return withoutSettled(inFlight, part.selection);
  const pick = (some: readonly number[]) => narrowed(inFlight, part.selection, some);
  if (part.probed !== null)
    return pick([probePosition(positions, part.probed.tried, `${seed} ${inFlight.batch}`)]);
  const { suspects } = part;
  if (suspects === null && part.group === null) return withoutSettled(inFlight, part.selection);
  const among = positions.filter(
    (position) => suspects === null || (position >= suspects.from && position < suspects.to),
  );
  const size = groupSize(inFlight, part, among.length, left);
  return pick(goesBackwards(part) ? among.slice(-size) : among.slice(0, size));
}

/** The rest of a part after the API has accepted rows of it, or they were given up; null if nothing is left. */
export function afterSettled(
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  end: 'taken' | 'given_up',
): BatchPart | null {
  const taken = part.taken || end === 'taken';
  if (part.names === 'doubted') {
    const left = withoutNames(inFlight, part, end === 'taken' ? 'all' : sent);
    settleApart(inFlight, sent);
    return unlessEmpty(inFlight, { ...left, taken });
  }
  const positions = positionsOfSent(inFlight, sent);
  if (part.probed !== null) {
    settleApart(inFlight, sent);
    return unlessEmpty(inFlight, { ...afterProbe(inFlight, part, part.probed, end), taken });
  }
  const rest = outside(part, part.selection.range, sent.range);
  if (rest === null) return null;
  const scan = {
    ...part.scan,
    rows: part.scan.rows + positions.length,
    run: goesBackwards(part) ? part.scan.run : 0,
  };
  const left = { ...withRange(part, rest), taken, scan, group: grown(part) };
  const suspects =
    end === 'taken' && part.suspects !== null ? outside(part, part.suspects, sent.range) : null;
  const inSuspects = { ...left, selection: { ...left.selection, range: suspects } };
  const stillSuspected = suspects !== null && unlessEmpty(inFlight, inSuspects) !== null;
  return unlessEmpty(inFlight, { ...left, suspects: stillSuspected ? suspects : null });
}

/** The rest of a part after the API has refused rows of it. */
export interface AfterRefused {
  /** Where the search continues; null if nothing is left there. */
  left: BatchPart | null;
  /** Parts that wait until the rest of the batch was checked. */
  aside: BatchPart[];
  /** Whether the search stops without checking the rest. */
  exhausted: boolean;
}

/** The rest of a part after the API has refused rows of it. */
export function afterRefused(
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
  refusal: RefusedSelection,
  budget: SearchBudget,
): AfterRefused {
  const range = part.selection.range ?? { from: 0, to: refusal.size };
  const ranged = { ...part, selection: { ...part.selection, range } };
  const isAlone = refusal.sent === 1;
  if (part.names === 'doubted') return goingOn(unlessEmpty(inFlight, { ...ranged, names: 'proven' }));
  const reported = part.names === 'wrong' ? '' : refusal.named;
  const named = isAlone ? rowSetOf(positionsOfSent(inFlight, sent)) : reported;
  const namesNoRow = named === '' || (isAlone && part.probed === null);
  if (namesNoRow && areDoubted(part, false)) return goingOn({ ...ranged, names: 'doubted' });
  if (named === '') return unnamed(inFlight, ranged, sent, searchesLeft(inFlight, budget));
  inFlight.refused = unionOf(inFlight.refused, named);
  const refused = unlessEmpty(inFlight, { ...ranged, refusals: part.refusals + 1 });
  if (refused === null) return goingOn(null);
  if (areDoubted(refused, true) && !isAlone) return goingOn({ ...refused, names: 'doubted' });
  const count = countLeft(inFlight, refused);
  if (part.probed !== null) {
    const left = afterProbe(inFlight, refused, part.probed, 'refused');
    const exhausted = isDoubted(left, part.probed, count, searchesLeft(inFlight, budget));
    return { ...goingOn(left), exhausted };
  }
  if (isAlone && part.searched) {
    const rest = outside(part, range, sent.range);
    if (rest === null) return goingOn(null);
    return goingOn(unlessEmpty(inFlight, afterFound(withRange(refused, rest), sent.range?.from ?? 0)));
  }
  return goingOn({ ...refused, suspects: null, probed: newProbes(refused, count) });
}

const goingOn = (left: BatchPart | null): AfterRefused => ({ left, aside: [], exhausted: false });

const withRange = (part: BatchPart, range: NonNullable<RowRange>): BatchPart => ({
  ...part,
  selection: { ...part.selection, range },
  suspects: null,
});

function unnamed(inFlight: BatchInFlight, part: BatchPart, sent: Selection, left: number): AfterRefused {
  const range = sent.range ?? part.selection.range;
  const suspected = { ...part, searched: true, suspects: range };
  const isFirst = !part.searched && !part.taken;
  const probed = isFirst ? newProbes(suspected, countLeft(inFlight, part)) : null;
  if (probed !== null) return goingOn({ ...suspected, suspects: null, probed });
  const rest = outside(part, part.selection.range, range);
  if (rest === null || part.suspects !== null) return goingOn(suspected);
  if (!goesBackwards(part) && !isHopeless(part, countLeft(inFlight, part), left)) return goingOn(suspected);
  const group = { ...suspected, selection: { ...part.selection, range } };
  const { left: others, aside } = setAside(withRange(part, rest), group, countLeft(inFlight, group));
  const notEmpty = (each: BatchPart) => unlessEmpty(inFlight, each) ?? [];
  return { left: others && unlessEmpty(inFlight, others), aside: aside.flatMap(notEmpty), exhausted: false };
}

/** The range of a part behind the given rows, or before them if it is searched backwards; null if empty. */
function outside(part: BatchPart, range: RowRange, sent: RowRange): NonNullable<RowRange> | null {
  if (range === null || sent === null) return null;
  const rest = goesBackwards(part) ? { from: range.from, to: sent.from } : { from: sent.to, to: range.to };
  return rest.from < rest.to ? rest : null;
}

import { sha256 } from '../../sha256';
import type { BatchInFlight, BatchPart } from '../carried-state';
import { countLeft } from '../parts';
import { maxRowsAlone, mayGoAlone } from './scan';

type Probes = NonNullable<BatchPart['probed']>;

/** With fewer rows, halving is cheaper than probing. */
const minProbedRows = 4;
/** If this many probes from all over the part are refused, all its other rows are assumed to be refused. */
const probesUnnamed = 8;
/**
 * The same for an API that names rows. A refusal may name only the first of many, so that each costs a request. Probing
 * starts after this many refusals without an accepted row, in parts of at least this many rows.
 */
const refusalsBeforeProbes = 16;
const probesNamed = 16;
const minRowsNamed = 250;
/**
 * From about this many rows on, it pays to know how many are refused: the requests just suffice to send each alone,
 * with few to spare for groups.
 */
const minRowsJudged = 24;

/**
 * The position of the `nth` probe: the first row, the last row, then rows spread over the part, each at random within
 * its stretch. This distinguishes a pattern of refused rows from a part in which all are refused.
 */
export function probePosition(positions: readonly number[], nth: number, seed: string): number {
  const last = positions.length - 1;
  if (nth === 0) return positions[0] ?? 0;
  if (nth === 1) return positions[last] ?? 0;
  const [stretch, stretches] = stretchOf(nth - 2);
  const chance = parseInt(sha256(`${seed} ${nth}`).slice(0, 8), 16) / 2 ** 32;
  return positions[Math.floor(((stretch + chance) / stretches) * positions.length)] ?? 0;
}

/** Halves, then quarters, then eighths. */
function stretchOf(nth: number): [stretch: number, stretches: number] {
  const stretches = 2 ** Math.floor(Math.log2(nth + 2));
  return [nth + 2 - stretches, stretches];
}

/** The probes to start in a part; null if rows are not to be probed now. */
export function newProbes({ searched, taken, refusals }: BatchPart, count: number): Probes | null {
  const worth = searched
    ? count >= minProbedRows
    : !taken && refusals >= refusalsBeforeProbes && count >= minRowsNamed;
  return worth ? { tried: 0, refused: 0 } : null;
}

/** The part after one of its rows was sent as a probe. */
export function afterProbe(
  inFlight: BatchInFlight,
  part: BatchPart,
  { tried, refused }: Probes,
  end: 'taken' | 'given_up' | 'refused',
): BatchPart {
  const probed = { tried: tried + 1, refused: refused + (end === 'refused' ? 1 : 0) };
  const rows = countLeft(inFlight, part);
  if (goesOn(inFlight, part, probed, rows)) return { ...part, probed };
  const over = { ...part, probed: null, suspects: null, group: null };
  if (!part.searched) return over;
  if (probed.refused === 0) return { ...over, suspects: end === 'taken' ? part.selection.range : null };
  const scan = {
    ...part.scan,
    found: part.scan.found + probed.refused,
    rows: part.scan.rows + probed.tried,
  };
  return { ...over, scan, group: groupAfter(probed, rows) };
}

/** How many rows to send together after probing: the more probes were refused, the fewer. */
function groupAfter({ tried, refused }: Probes, rows: number): number | null {
  const total = tried + rows;
  if (total > maxRowsAlone) return refused < 2 ? null : Math.max(1, Math.floor(rows / 4 ** refused));
  return refused < tried / 5 ? null : Math.max(1, Math.round((0.6 * tried) / refused));
}

function goesOn(
  inFlight: BatchInFlight,
  { searched }: BatchPart,
  { tried, refused }: Probes,
  rows: number,
): boolean {
  const total = rows + tried;
  if (rows === 0) return false;
  if (refused === tried) return tried < (searched ? probesUnnamed : probesNamed);
  if (!searched || total < minRowsJudged || total > maxRowsAlone) return false;
  return 4 * refused >= tried - 2 && !mayGoAlone(inFlight, { known: refused, rows, total });
}

/**
 * Whether all probes were refused and too many rows remain to send each alone. If so, the rest is assumed to be refused
 * too.
 */
export function isDoubted(
  { probed, searched }: BatchPart,
  before: Probes,
  count: number,
  left: number,
): boolean {
  if (probed !== null || before.refused < before.tried) return false;
  return searched ? count > left : count >= minRowsNamed;
}

import { sha256 } from '../../sha256';
import type { BatchInFlight, BatchPart } from '../carried-state';
import { countLeft } from '../parts';
import { maxRowsAlone, mayGoAlone } from './scan';

type Probes = NonNullable<BatchPart['probed']>;

/** A few rows are sooner halved than tried alone. */
const minProbedRows = 4;
/** When so many rows are refused, from everywhere in the part, so is every other one, as far as anybody can tell. */
const probesUnnamed = 8;
/**
 * The same where the API names rows: an answer may name the first of many, so that each costs a request. It is doubted
 * after so many of them, none of which was taken, and for so many rows.
 */
const refusalsBeforeProbes = 16;
const probesNamed = 16;
const minRowsNamed = 250;
/**
 * Of so many rows or a few more it is worth to know how many are refused: then there are just enough requests to try
 * each alone, and few to spare for groups.
 */
const minRowsJudged = 24;

/**
 * The position of the row that is tried alone after so many others: the first, the last, and then some from everywhere
 * between, each by chance within its stretch, so that rows refused in any pattern are told from all of them.
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

/** Whether rows of a part are tried alone now; null when they are not. */
export function newProbes({ searched, taken, refusals }: BatchPart, count: number): Probes | null {
  const worth = searched
    ? count >= minProbedRows
    : !taken && refusals >= refusalsBeforeProbes && count >= minRowsNamed;
  return worth ? { tried: 0, refused: 0 } : null;
}

/** A part after a row of it was tried alone. */
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

/** How many rows are sent together after that: the fewer, the more were refused. */
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
 * Whether all rows that were tried alone were refused, and the others are too many to try each alone: then they are
 * believed to be refused.
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

import type { BatchInFlight, BatchPart } from '../carried-state';
import { countLeft, partOf } from '../parts';

/** How many refused rows must be found before their distances count. */
const foundBeforeLeaps = 2;
/** More refused rows than the search promises to find in a part that is too large to send each row alone. */
const foundOfMany = 6;
/** After this many adjacent refused rows, the search for their end starts from behind. */
const longRun = 8;

/** Whether the part follows many adjacent refused rows. If so, its last half is sent first. */
export const goesBackwards = ({ scan, suspects, group, searched }: BatchPart): boolean =>
  searched && suspects === null && group === 1 && scan.run >= longRun;

/**
 * How many of the next rows to send together.
 * @param among how many rows are available
 * @param left requests left for the search, including this one
 */
export function groupSize(inFlight: BatchInFlight, part: BatchPart, among: number, left: number): number {
  const { suspects, group } = part;
  const rows = countLeft(inFlight, part);
  if (mustGoAlone(inFlight, part, rows, left)) return 1;
  if (suspects !== null) return Math.ceil(among / 2);
  return goesBackwards(part) && rows > left ? Math.ceil(among / 2) : Math.min(group ?? among, among);
}

/**
 * Whether to send each row alone: the requests just suffice for it, and so many rows are refused that no search by
 * halves could promise to need fewer.
 */
function mustGoAlone(inFlight: BatchInFlight, part: BatchPart, rows: number, left: number): boolean {
  if (!part.searched || rows > left) return false;
  const others = inFlight.todo.reduce((sum, todo) => sum + countLeft(inFlight, partOf(todo)), 0);
  const spare = left - rows - others;
  const total = part.scan.rows + rows;
  const isSmall = total <= maxRowsAlone;
  if (spare < 0 || spare >= (isSmall ? 1 + Math.log2(rows) : 2)) return false;
  if (!isSmall && part.scan.found < foundOfMany) return false;
  const known = part.scan.found + (part.suspects === null ? 0 : 1);
  return mayGoAlone(inFlight, { known, rows, total });
}

/**
 * Up to this many rows, each row of a part is sent alone: always up to 40 rows, and with 41 to 62 unless the requests
 * run out first.
 */
export const maxRowsAlone = 62;

/** Whether sending each remaining row alone stays within the promised number of requests. */
export const mayGoAlone = (
  { searches }: BatchInFlight,
  { known, rows, total }: { known: number; rows: number; total: number },
): boolean => searches + rows <= 2 * known * (1 + Math.log2(total));

/** How many rows to send together after a group was accepted. */
export function grown(part: BatchPart): number | null {
  const { group, suspects, scan } = part;
  if (group === null || suspects !== null || goesBackwards(part)) return group;
  return group * (scan.found <= foundBeforeLeaps ? 4 : 2);
}

/** The part behind a refused row found at this position. */
export function afterFound(part: BatchPart, position: number): BatchPart {
  const { last, rows, found, run } = part.scan;
  const scan = { rows: rows + 1, found: found + 1, last: position, run: run + 1 };
  const group = last === null ? 4 * (rows + 1) : Math.max(1, 2 * (position - last) - 1);
  return { ...part, scan, group };
}

/** Whether the remaining requests cannot find all refused rows that are to be expected among this many. */
export function isHopeless({ scan }: BatchPart, rows: number, left: number): boolean {
  if (scan.found < foundBeforeLeaps || rows <= left) return false;
  const gap = Math.max(1, scan.rows / scan.found);
  return (rows / gap) * (Math.log2(gap) + 2) > left;
}

/**
 * Splits a refused group of `count` rows off a part. The group waits until everything else was checked. If the part is
 * searched backwards, its rest waits as well, since larger pieces come first.
 */
export function setAside(
  rest: BatchPart,
  group: BatchPart,
  count: number,
): { left: BatchPart | null; aside: BatchPart[] } {
  if (goesBackwards(rest)) return { left: null, aside: [rest, { ...group, suspects: null }] };
  const { rows, found, run } = rest.scan;
  const last = (group.selection.range?.to ?? 1) - 1;
  const scan = { rows: rows + count, found: found + 1, last, run: run + 1 };
  const smaller = Math.max(1, Math.floor((rest.group ?? count) / 2));
  return {
    left: { ...rest, scan, group: smaller },
    aside: [{ ...group, group: null, scan: { ...rest.scan, run: 0 } }],
  };
}

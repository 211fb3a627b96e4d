import type { BatchInFlight, BatchPart } from '../carried-state';
import { countLeft, partOf } from '../parts';

/** How many refused rows are found before anything is concluded from how close they lie. */
const foundBeforeHaste = 2;
/** So many are more than the search promises to find in a part that is too large for each row to be tried alone. */
const foundOfMany = 6;
/** After so many refused rows next to each other, their end is looked for from behind. */
const longRun = 8;

/** Whether a part lies behind many refused rows next to each other: then its last half is sent first. */
export const goesBackwards = ({ scan, suspects, group, searched }: BatchPart): boolean =>
  searched && suspects === null && group === 1 && scan.run >= longRun;

/**
 * How many rows are sent together, of so many that may be.
 * @param left requests that are left for the search, this one included
 */
export function groupSize(inFlight: BatchInFlight, part: BatchPart, among: number, left: number): number {
  const { suspects, group } = part;
  const rows = countLeft(inFlight, part);
  if (mustGoAlone(inFlight, part, rows, left)) return 1;
  if (suspects !== null) return Math.ceil(among / 2);
  return goesBackwards(part) && rows > left ? Math.ceil(among / 2) : Math.min(group ?? among, among);
}

/**
 * Whether each row is to be tried alone: when there are just enough requests for that, and so many rows are refused
 * that no search by halves could be promised to take fewer.
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
 * When a part has no more rows than this, each is tried alone: of up to 40 in any case, of 41 to 62 unless the requests
 * run out before.
 */
export const maxRowsAlone = 62;

/** Whether trying each of the rows that are left alone takes no more requests than are promised for so many. */
export const mayGoAlone = (
  { searches }: BatchInFlight,
  { known, rows, total }: { known: number; rows: number; total: number },
): boolean => searches + rows <= 2 * known * (1 + Math.log2(total));

/** How many rows are sent together after a group was taken. */
export function grown(part: BatchPart): number | null {
  const { group, suspects, scan } = part;
  if (group === null || suspects !== null || goesBackwards(part)) return group;
  return group * (scan.found <= foundBeforeHaste ? 4 : 2);
}

/** What lies behind a row that was found at this position. */
export function afterFound(part: BatchPart, position: number): BatchPart {
  const { last, rows, found, run } = part.scan;
  const scan = { rows: rows + 1, found: found + 1, last: position, run: run + 1 };
  const group = last === null ? 4 * (rows + 1) : Math.max(1, 2 * (position - last) - 1);
  return { ...part, scan, group };
}

/** Whether the refused rows that are to be expected of so many cannot all be found with the requests that are left. */
export function isHopeless({ scan }: BatchPart, rows: number, left: number): boolean {
  if (scan.found < foundBeforeHaste || rows <= left) return false;
  const gap = Math.max(1, scan.rows / scan.found);
  return (rows / gap) * (Math.log2(gap) + 2) > left;
}

/**
 * The rest of a part and a group of so many rows of it that was refused, which waits until all others have been looked
 * at. Where the part goes backwards, so does its rest: the larger pieces come first.
 */
export function putAside(
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

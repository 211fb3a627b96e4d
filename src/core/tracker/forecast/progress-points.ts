import { z } from 'zod';

/** Most points that are kept: enough for a curve, few enough to travel in a workflow's state. */
const maxPoints = 8;

/** How many steps a counter that stands still must have been due for this to be a stall. */
const stallSteps = 1.2;

/** Milliseconds that every date function and Temporal itself can handle: up to the year 2223. */
export const timeSchema = z.number().min(-8e12).max(8e12);

/**
 * What was seen of the rows done, and when, on the workflow's clock: the counter's last zero, and points at which it
 * stood higher each time. A counter that goes backwards, or whose total changes, begins anew. `zeroPolls` counts the
 * polls that found it at zero, `stillPolls` those since it last moved.
 */
export const progressPointsSchema = z.object({
  zeroAtMs: timeSchema.nullable(),
  zeroPolls: z.number().int(),
  total: z.number(),
  points: z.array(z.object({ atMs: timeSchema, processed: z.number() })).max(maxPoints),
  stillPolls: z.number().int(),
  hasStalled: z.boolean(),
  lastAtMs: timeSchema,
});

/** What was seen of the rows done; null while nothing usable was. */
export type ProgressPoints = z.infer<typeof progressPointsSchema>;

/** A look at the counters; either is null when the API does not tell it. */
export interface Counters {
  processed?: number | null | undefined;
  total?: number | null | undefined;
}

/**
 * Takes in a look at the counters. When they cannot be used nothing is known any more: what was seen before may be
 * about to end.
 */
export function addPoint(
  seen: ProgressPoints | null,
  { processed, total }: Counters,
  atMs: number,
): ProgressPoints | null {
  if (typeof processed !== 'number' || typeof total !== 'number') return null;
  if (!(total > 0) || !(processed >= 0) || !Number.isFinite(total + processed)) return null;
  const last = seen?.points.at(-1)?.processed ?? 0;
  if (seen === null || seen.total !== total || processed < last || atMs < seen.lastAtMs) {
    return firstPoints(processed, total, atMs);
  }
  const next = { ...seen, lastAtMs: atMs };
  if (processed === 0) return { ...next, zeroAtMs: atMs, zeroPolls: seen.zeroPolls + 1 };
  if (processed === last)
    return { ...next, stillPolls: seen.stillPolls + 1, hasStalled: seen.hasStalled || isStall(seen, atMs) };
  return { ...next, points: thinned([...seen.points, { atMs, processed }]), stillPolls: 0 };
}

function firstPoints(processed: number, total: number, atMs: number): ProgressPoints {
  const isZero = processed === 0;
  return {
    zeroAtMs: isZero ? atMs : null,
    zeroPolls: isZero ? 1 : 0,
    total,
    points: isZero ? [] : [{ atMs, processed }],
    stillPolls: 0,
    hasStalled: false,
    lastAtMs: atMs,
  };
}

type Points = ProgressPoints['points'];

/** Leaves out the point whose neighbours are the closest together; never the first or the last two. */
function thinned(points: Points): Points {
  if (points.length <= maxPoints) return points;
  const span = (index: number) =>
    (points[index + 1]?.processed ?? Infinity) - (points[index - 1]?.processed ?? 0);
  let dropped = 1;
  for (let index = 2; index < points.length - 2; index++) if (span(index) < span(dropped)) dropped = index;
  return points.filter((_, index) => index !== dropped);
}

/**
 * Whether a counter that stands still should have moved by now: at the pace since the last zero, or since the first
 * point, by more than a step. What a single point tells of the steps is too little: then a row counts.
 */
function isStall(seen: ProgressPoints, atMs: number): boolean {
  const first = seen.points[0];
  const last = seen.points.at(-1);
  if (first === undefined || last === undefined || last.processed >= seen.total) return false;
  const from = seen.zeroAtMs === null ? { ...first } : { atMs: seen.zeroAtMs, processed: 0 };
  const pace = (last.processed - from.processed) / Math.max(1, last.atMs - from.atMs);
  const step = seen.points.length === 1 ? 1 : stepOf(seen);
  return pace * (atMs - last.atMs) >= stallSteps * step;
}

/**
 * The rows by which the counter moves, as far as the points tell: the greatest common divisor of where it stood, and of
 * where it ends.
 */
export function stepOf({ points, total }: ProgressPoints): number {
  return points.reduce((common, { processed }) => greatestCommonDivisor(common, processed), total);
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

import { z } from 'zod';

/** Maximum number of points: enough for a curve, few enough for a workflow's state. */
const maxPoints = 8;

/** An unchanged counter is a stall once it is this many steps overdue. */
const stallSteps = 1.2;

/** Milliseconds that all date functions and Temporal support: up to the year 2223. */
export const timeSchema = z.number().min(-8e12).max(8e12);

/**
 * The observed progress, on the workflow's clock: the counter's last zero, and points at which it had increased. A
 * counter that decreases, or whose total changes, starts over. `zeroPolls` counts polls that found it at zero,
 * `stillPolls` those since it last moved.
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

/** The observed progress; null before the first usable counters. */
export type ProgressPoints = z.infer<typeof progressPointsSchema>;

/** The counters of one poll; null if the API does not report one. */
export interface Counters {
  processed?: number | null | undefined;
  total?: number | null | undefined;
}

/**
 * Adds the counters of a poll. If they are unusable, all earlier points are dropped too, since the job may be about to
 * end.
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

/** Removes the point with the closest neighbours, but never the first or one of the last two. */
function thinned(points: Points): Points {
  if (points.length <= maxPoints) return points;
  const span = (index: number) =>
    (points[index + 1]?.processed ?? Infinity) - (points[index - 1]?.processed ?? 0);
  let dropped = 1;
  for (let index = 2; index < points.length - 2; index++) if (span(index) < span(dropped)) dropped = index;
  return points.filter((_, index) => index !== dropped);
}

/**
 * Whether an unchanged counter should have moved by now: by more than a step, at the pace since the last zero or else
 * the first point. A single point says too little about steps, so it takes a row as the step.
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

/** The number of rows by which the counter appears to move: the greatest common divisor of its values and its total. */
export function stepOf({ points, total }: ProgressPoints): number {
  return points.reduce((common, { processed }) => greatestCommonDivisor(common, processed), total);
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

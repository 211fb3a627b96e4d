import { gaussian, type Random } from '../../random';
import type { DurationLaw, JobEnd, JobScript, Progress } from './job-script';

/** How one job runs: its script with all random values drawn. In milliseconds. */
export interface JobPlan {
  queueMs: number;
  durationMs: number;
  progress: Progress;
  end: JobEnd;
}

const defaultDurationMs = 5000;

/** Draws a plan for a job with this many rows. */
export function planOf(script: JobScript, rows: number, random: Random): JobPlan {
  return {
    queueMs: script.queue === undefined ? 0 : draw(script.queue, rows, random),
    durationMs: draw(script.duration ?? defaultDurationMs, rows, random),
    progress: script.progress ?? 'linear',
    end: script.end ?? 'complete',
  };
}

/** How many rows a job reaches: all, unless it fails earlier. */
export function attemptedRows(end: JobEnd | undefined, rows: number): number {
  return typeof end === 'object' ? Math.round(end.at * rows) : rows;
}

function draw(law: DurationLaw, rows: number, random: Random): number {
  if (typeof law === 'number') return law;
  if ('min' in law) return law.min + random.fraction() * (law.max - law.min);
  if ('median' in law) return law.median * Math.exp(law.sigma * gaussian(random));
  return law.base + rows * law.perRow;
}

/** The share of rows that counters show after a share of the job's time; null if they show nothing. */
export function doneShare(progress: Progress, time: number): number | null {
  if (progress === 'none') return null;
  if (progress === 'zero') return 0;
  if (progress === 'linear') return time;
  if ('curve' in progress) return time ** progress.curve;
  if ('bursts' in progress) return Math.floor(time * progress.bursts) / progress.bursts;
  return between(pointsOf(progress), time);
}

type Point = readonly [time: number, done: number];
type Pointed = Extract<Progress, { stall: unknown } | { backwards: unknown } | { points: unknown }>;

function pointsOf(progress: Pointed): readonly Point[] {
  if ('points' in progress) return progress.points;
  if ('stall' in progress) {
    const { from, until } = progress.stall;
    return [
      [from, from],
      [until, from],
    ];
  }
  const { at, to } = progress.backwards;
  return [
    [at, at],
    [at, to],
  ];
}

/**
 * The value on the straight lines from (0, 0) through the points to (1, 1); after a jump if two points share a time.
 */
function between(points: readonly Point[], time: number): number {
  let before: Point = [0, 0];
  for (const after of [...points, [1, 1] as const]) {
    if (time < after[0]) {
      const share = (time - before[0]) / (after[0] - before[0]);
      return before[1] + share * (after[1] - before[1]);
    }
    before = after;
  }
  return before[1];
}

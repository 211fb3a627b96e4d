import type { ProgressPoints } from './progress-points';

/** How far a counter may deviate from a straight line, per unit of the logarithm. */
const lineDrift = 0.01;
/** How many rows a counter on a line may be behind while it still shows zero. */
const roundedRows = 1.5;

/**
 * How many times likelier the points are on a straight line through submission than by chance; 1 for a single point. By
 * chance, a point is equally likely anywhere below the last one. A counter that moves by more than a row at a time is
 * never on a line.
 */
export function lineEvidence({ points, zeroAtMs }: ProgressPoints, submittedAtMs: number): number {
  const last = points.at(-1);
  if (last === undefined) return 0;
  const dueShare = (atMs: number) => (atMs - submittedAtMs) / Math.max(1, last.atMs - submittedAtMs);
  if (zeroAtMs !== null && last.processed * dueShare(zeroAtMs) > roundedRows) return 0;
  return points.slice(0, -1).reduce((product, { atMs, processed }) => {
    const ratio = (processed + 0.5) / (last.processed + 0.5);
    const rounding = ((processed + 0.5) ** -2 + (last.processed + 0.5) ** -2) / 6;
    const variance = rounding + lineDrift ** 2;
    return (product * normalDensity(Math.log(ratio / dueShare(atMs)), variance)) / ratio;
  }, 1);
}

/** Density of a normal distribution with mean 0. */
const normalDensity = (deviation: number, variance: number): number =>
  Math.exp((-deviation * deviation) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/**
 * How a job may go to its end: as if its rows were this part of a larger job, the pace of whose rest falls to nothing
 * by a power. What is done of a job with the power 1 is a power of the time, those with a higher one slow down.
 */
export interface Ending {
  power: number;
  part: number;
  /** The exponent with which it is taken to begin, before anything was seen. */
  exponent: number;
  /** How likely it is, before anything was seen. */
  weight: number;
}

/** Who is slow at the end was often slow at the beginning. */
const slowing = { exponent: 1.5, weight: 0.1 };
/** To a stop, to a tenth and to a hundredth of the pace: what lies between is a mixture of these. */
const slowed = [
  { power: 2, part: 1 },
  { power: 20, part: 0.9 },
  { power: 20, part: 0.99 },
];

/** The endings that are tried. */
export const endings: readonly Ending[] = [
  { power: 1, part: 1, exponent: 1, weight: 1 - slowing.weight },
  ...slowed.map((one) => ({ ...one, exponent: slowing.exponent, weight: slowing.weight / slowed.length })),
];

/** The share of the rows, from 0 to 1, bent so that with this ending it is a power of the time up to the end. */
export const bent = (share: number, { power, part }: Ending): number =>
  (1 - (1 - part * share) ** (1 / power)) / (1 - (1 - part) ** (1 / power));

/** How many times wider a small difference is on the logarithm of the bent share than on that of the share below 1. */
export const bending = (share: number, { power, part }: Ending): number => {
  const left = 1 - part * share;
  return (part * share * left ** (1 / power - 1)) / (power * (1 - left ** (1 / power)));
};

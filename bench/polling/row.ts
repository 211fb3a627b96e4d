import type { Measure } from './measure';

/** The cost of one policy in one family. */
export interface Row extends Measure {
  family: string;
  policy: string;
}

/** A row as the table shows it. */
export interface CountedRow extends Row {
  /** How many jobs were found later than the default policy's bound. */
  beyond: number;
}

import type { Measure } from './measure';

/** What one policy cost in one family. */
export interface Row extends Measure {
  family: string;
  policy: string;
}

/** As the table shows it. */
export interface CountedRow extends Row {
  /** How many jobs were found later than the bound of the default policy. */
  beyond: number;
}

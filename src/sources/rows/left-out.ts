import type { LeftOutRows, PinnedSource } from '../../ports/batch-reader';
import type { SplitRow } from './split-rows';

/**
 * Why a split row is not a row of the import. After a `movedHeader`, which has the header's names in another order,
 * values would be assigned to the wrong columns, so planning refuses the source.
 */
export type LeftOut = 'empty' | 'repeatedHeader' | 'movedHeader';

/**
 * Says why a row does not belong to the import, or null. Used when the source is planned and whenever a batch is read,
 * so it depends only on the row's bytes and the header. Not called for rows that are too long.
 */
export type FindLeftOut = (row: SplitRow, bytes: Buffer) => LeftOut | null;

/** Whether a row does not belong to the import; `find` is null if all rows do. */
export const isLeftOut = (find: FindLeftOut | null, row: SplitRow, bytes: Buffer): boolean =>
  find !== null && !row.tooLong && find(row, bytes) !== null;

const shownLines = 10;

/** Counts the rows that are left out, and keeps the lines of the first ones. */
export class LeftOutCount {
  readonly found: NonNullable<PinnedSource['leftOut']> = {
    empty: { rows: 0, firstLines: [] },
    repeatedHeaders: { rows: 0, firstLines: [] },
  };

  /** `line` returns the line on which the row starts. */
  add(why: Exclude<LeftOut, 'movedHeader'>, line: () => number): void {
    const count = why === 'empty' ? this.found.empty : this.found.repeatedHeaders;
    count.rows += 1;
    if (count.firstLines.length < shownLines) count.firstLines.push(line());
  }

  /** The same, as the end of an error. */
  described(): string {
    const { empty, repeatedHeaders } = this.found;
    const rows = empty.rows + repeatedHeaders.rows;
    if (rows === 0) return '';
    const why = [empty.rows > 0 && 'without any value', repeatedHeaders.rows > 0 && 'equal to the header'];
    return `, ${counted({ rows })} left out: ${why.filter((each) => each !== false).join(' or ')}`;
  }

  /** The messages about them. */
  notes(): { findings: string[]; warnings: string[] } {
    const { empty, repeatedHeaders } = this.found;
    const findings = empty.rows === 0 ? [] : [`${counted(empty)} without any value ${leftOut(empty)}`];
    const warning =
      `source.uri: ${counted(repeatedHeaders)} equal to the header ${leftOut(repeatedHeaders)}, as where files ` +
      'were put together; source.repeatedHeaders "keep" (--keep-repeated-headers) imports such rows';
    return { findings, warnings: repeatedHeaders.rows === 0 ? [] : [warning] };
  }
}

const counted = ({ rows }: Pick<LeftOutRows, 'rows'>): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;

function leftOut({ rows, firstLines }: LeftOutRows): string {
  const more = rows > firstLines.length ? ` and ${rows - firstLines.length} more` : '';
  return `${rows === 1 ? 'is' : 'are'} left out (${rows === 1 ? 'line' : 'lines'} ${firstLines.join(', ')}${more})`;
}

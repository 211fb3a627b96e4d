import { hasDedupeValue } from '../core/pipeline/dedupe-value';
import { SourceError } from '../ports/source-error';
import { showName } from './rows/show-names';
import type { DecodeRow } from './rows/decode-row';
import type { SplitRow } from './rows/split-rows';

const shownLines = 10;

/** Counts the rows without a value in the property that identifies records. */
export class DedupeWatch {
  private sendable = 0;
  private without = 0;
  /** Whether any row names the property, with or without a value. */
  private isNamed = false;
  private readonly firstLines: number[] = [];

  /** `hasSurely` returns true if a row's bytes show that it has a value there, and false if that is uncertain. */
  constructor(
    private readonly property: string,
    private readonly decode: DecodeRow,
    private readonly hasSurely: (row: SplitRow, raw: Buffer) => boolean,
  ) {}

  /** Checks a row; `line` returns the line on which it starts. */
  see(row: SplitRow, raw: Buffer, line: () => number): void {
    if (this.hasSurely(row, raw)) {
      this.sendable += 1;
      return;
    }
    const decoded = this.decode(row, raw);
    if ('malformed' in decoded) return;
    this.sendable += 1;
    const values = decoded.row.read();
    this.isNamed ||= Object.hasOwn(values.default ?? {}, this.property);
    if (hasDedupeValue(values, this.property)) return;
    this.without += 1;
    if (this.firstLines.length < shownLines) this.firstLines.push(line());
  }

  /**
   * Warnings for the file's owner. Throws a `SourceError` if rows name their own values and none of them names this
   * one.
   */
  warnings(uri: string, namesItself: boolean): string[] {
    const { sendable, without, property, firstLines } = this;
    if (without === 0) return [];
    if (namesItself && !this.isNamed && without === sendable) {
      const seen = `${showName(property)}, which no row of ${uri} has`;
      const accepted = `a name that rows have, or a source.mapping of one to it (--map 'NAME=${property}')`;
      throw new SourceError('options.dedupe_by', seen, accepted);
    }
    const lines = `line${without === 1 ? '' : 's'} ${firstLines.join(', ')}${without > firstLines.length ? ', …' : ''}`;
    return [
      `options.dedupe_by: ${without} of ${sendable} rows have no value in ${showName(property)} (${lines}): the API ` +
        'would create them again each time, so they are sent only once; if an answer is lost, they end as unknown',
    ];
  }
}

import { SourceError } from '../../ports/source-error';
import { maxRowBytes, type Split, type SplitRows } from './split-rows';

/** Rows and the bytes that they lie in, of which they use up all. */
export type SplitBytes = Split & { bytes: Buffer };

/** Finds the rows of a text that comes in pieces of any size, holding about one row or block at a time. */
export class RowSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private fresh: Buffer[] = [];
  private freshBytes = 0;

  /** `uri` is that of the source, for errors; `blockBytes` are gathered before rows are looked for. */
  constructor(
    private readonly uri: string,
    private readonly splitRows: SplitRows,
    private readonly blockBytes: number,
  ) {}

  /** Takes in the next piece; null: no rows yet. Throws a `SourceError` when what comes cannot be lines of text. */
  push(piece: Buffer): SplitBytes | null {
    this.fresh.push(piece);
    this.freshBytes += piece.length;
    // As much again as is left over: a long row is then gone through at most twice.
    if (this.freshBytes < Math.max(this.blockBytes, this.rest.length)) return null;
    return this.split(false);
  }

  /** The rows of what is left, when no piece follows. */
  end(): SplitBytes {
    return this.split(true);
  }

  private split(last: boolean): SplitBytes {
    const bytes = Buffer.concat([this.rest, ...this.fresh]);
    const { rows, used } = this.splitRows(bytes, last);
    if (used === 0 && bytes.length > 2 * maxRowBytes) {
      const seen = `${this.uri} (a line of more than ${bytes.length} bytes)`;
      throw new SourceError('source.uri', seen, 'lines that end with LF or CRLF');
    }
    this.rest = bytes.subarray(used);
    this.fresh = [];
    this.freshBytes = 0;
    return { bytes: bytes.subarray(0, used), rows, used };
  }
}

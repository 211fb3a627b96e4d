import { SourceError } from '../../../ports/source-error';
import { ElementScanner, isBlank } from './element-scanner';

const lineFeed = 0x0a;
const [comma, openList, closeList, openObject] = [0x2c, 0x5b, 0x5d, 0x7b];

/**
 * The position in the text: before everything; in a list, at its start, after a comma or after an element; after the
 * list; or after an object that is in no list.
 */
type Place = 'before' | 'opened' | 'wanted' | 'behind' | 'closed' | 'between';

/** The next position for each byte outside elements. */
const steps: Record<Place, Map<number, Place>> = {
  before: new Map([[openList, 'opened']]),
  opened: new Map([[closeList, 'closed']]),
  wanted: new Map(),
  behind: new Map([
    [comma, 'wanted'],
    [closeList, 'closed'],
  ]),
  closed: new Map(),
  between: new Map(),
};

/**
 * Converts a JSON text of any size to NDJSON. Each element becomes one line, on the line where it starts in the text,
 * or on the next line if that has an element already. It holds nothing of the text, and changes only line feeds within
 * an element. An element that is not valid JSON is left to the reader of rows, if its end is found. Throws a
 * `SourceError` with line and column if it is not, or if the text is neither a list of elements nor a sequence of
 * objects.
 */
export class JsonLines {
  private place: Place = 'before';
  private readonly element = new ElementScanner();
  private elements = 0;
  /** Line of the text, and number of its characters before the current piece. */
  private line = 1;
  private column = 0;
  /** Line of the output, and whether it has an element. */
  private writtenLine = 1;
  private isWritten = false;
  /** The output for the current piece so far, and its length. */
  private out = Buffer.alloc(0);
  private length = 0;

  constructor(private readonly uri: string) {}

  /** Converts the next piece. Yields its output at once, except for long runs of line feeds. */
  *push(piece: Buffer): Generator<Buffer> {
    const own = Buffer.from(piece);
    this.out = Buffer.allocUnsafe(2 * piece.length);
    for (let at = 0; at < own.length;) {
      if (!this.element.isOpen) {
        if (this.pass(piece, at)) {
          at += 1;
          continue;
        }
        yield* this.nextLine();
      }
      const end = this.element.read(own, at);
      this.line += this.element.lineFeeds;
      if (this.element.problem !== null) throw this.brokenAt(this.element.problem, piece, end);
      if (this.length + end - at > this.out.length) yield this.flush();
      this.length += own.copy(this.out, this.length, at, end);
      at = end;
    }
    if (this.length > 0) yield this.flush();
    const feedAt = piece.lastIndexOf(lineFeed);
    this.column = (feedAt === -1 ? this.column : 0) + characters(piece, feedAt + 1, piece.length);
  }

  /** Ends the last line. */
  *end(): Generator<Buffer> {
    this.element.end();
    const problem = this.problemOfEnd();
    if (problem !== null) throw this.brokenAt(problem, this.out, 0);
    if (this.place === 'between' && this.elements === 1 && this.element.holdsList) {
      const accepted =
        "the list alone, if its objects are the rows (`jq -c '.NAME[]'` with its name); in brackets [ ], if the object is a row";
      throw new SourceError('source.uri', `${this.uri} (one object with a list of objects)`, accepted);
    }
    if (this.isWritten) yield Buffer.from('\n');
  }

  /** Processes a byte outside elements; false if an element starts with it. */
  private pass(piece: Buffer, at: number): boolean {
    const code = piece[at] ?? 0;
    if (isBlank(code)) {
      if (code === lineFeed) this.line += 1;
      return true;
    }
    const next = steps[this.place].get(code);
    if (next !== undefined) {
      this.place = next;
      return true;
    }
    const problem = this.problemOfElement(code);
    if (problem !== null) throw this.brokenAt(problem, piece, at);
    this.place = this.place === 'before' || this.place === 'between' ? 'between' : 'behind';
    this.elements += 1;
    this.element.begin();
    return false;
  }

  /** What is wrong with an element that starts here, or null. */
  private problemOfElement(code: number): string | null {
    switch (this.place) {
      case 'before':
        return code === openObject ? null : 'neither a list nor an object begins';
      case 'between':
        return code === openObject ? null : 'an object is followed by something else than an object';
      case 'opened':
      case 'wanted':
        return code === comma || code === closeList ? 'an element is missing' : null;
      case 'behind':
        return 'an element is followed by neither a comma nor the end of the list';
      case 'closed':
        return 'the list is followed by something else';
    }
  }

  private problemOfEnd(): string | null {
    if (this.element.isOpen) return 'the text ends within an element';
    if (this.place === 'before') return 'the text is blank';
    return this.place === 'between' || this.place === 'closed' ? null : 'the text ends within the list';
  }

  /** Advances the output to the line of the element that starts. */
  private *nextLine(): Generator<Buffer> {
    let missing = Math.max(this.line - this.writtenLine, this.isWritten ? 1 : 0);
    this.writtenLine += missing;
    this.isWritten = true;
    // There may be any number, since an element can have any number of lines.
    for (; missing > 0; missing -= 1) {
      if (this.length === this.out.length) yield this.flush();
      this.out[this.length] = lineFeed;
      this.length += 1;
    }
  }

  private flush(): Buffer {
    const written = this.out.subarray(0, this.length);
    this.out = Buffer.allocUnsafe(this.out.length);
    this.length = 0;
    return written;
  }

  private brokenAt(problem: string, piece: Buffer, at: number): SourceError {
    const feedAt = at === 0 ? -1 : piece.lastIndexOf(lineFeed, at - 1);
    const before = (feedAt === -1 ? this.column : 0) + characters(piece, feedAt + 1, at);
    const seen = `${this.uri} (broken JSON at line ${this.line}, column ${before + 1}: ${problem})`;
    const accepted = 'a JSON list of objects, or objects one after the other (format ndjson: one a line)';
    return new SourceError('source.uri', seen, accepted);
  }
}

/** How many UTF-8 characters start in a range of bytes. */
function characters(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}

const [lineFeed, space, tab, carriageReturn] = [0x0a, 0x20, 0x09, 0x0d];
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Depth up to which open brackets are remembered. Deeper ones are only counted, since no row may be nested that deeply.
 */
const knownLevels = 1000;

/** The whitespace of JSON (RFC 8259, section 2). */
export const isBlank = (code: number): boolean =>
  code === space || code === lineFeed || code === carriageReturn || code === tab;

/**
 * Finds the end of one element of a JSON text that arrives in pieces, and makes it one line. It follows brackets and
 * strings, not the whole grammar. A missing quote would swap the inside and outside of all later strings, and so hide
 * where elements end. Its consequence, a string next to another value, is therefore reported as a problem.
 */
export class ElementScanner {
  /** Whether an element has started but not ended. */
  isOpen = false;
  /** Why the end of the element cannot be found. */
  problem: string | null = null;
  /** Whether it is an object with a list of objects as a member. */
  holdsList = false;
  /** Number of line feeds in the element so far. */
  lineFeeds = 0;
  private depth = 0;
  private readonly open = new Uint8Array(knownLevels + 1);
  private inText = false;
  private isEscaped = false;
  /** The last part that is not blank. */
  private last: 'mark' | 'list' | 'text' | 'word' = 'mark';

  /** Starts an element. */
  begin(): void {
    this.isOpen = true;
    this.holdsList = false;
    this.last = 'mark';
  }

  /** Ends an element at the end of the text. */
  end(): void {
    if (this.depth === 0 && !this.inText) this.isOpen = false;
  }

  /**
   * Reads on, and returns the index where the element or the piece ends, or of the problem. Line feeds become spaces.
   * Within a string, where they are invalid, they become tabs, which are invalid there too.
   */
  read(piece: Buffer, from: number): number {
    this.lineFeeds = 0;
    for (let at = from; at < piece.length; at += 1) {
      const code = piece[at] ?? 0;
      if (this.inText) this.readText(piece, at, code);
      else if (isBlank(code)) {
        if (this.depth === 0) return this.close(at);
        if (code === lineFeed) this.flatten(piece, at, space);
      } else if (this.depth === 0 && this.last !== 'mark' && (code === comma || code === closeList))
        return this.close(at);
      else {
        this.problem = this.readMark(code);
        if (this.problem !== null) return at;
        if (!this.isOpen) return at + 1;
      }
    }
    return piece.length;
  }

  private readText(piece: Buffer, at: number, code: number): void {
    if (code === lineFeed) this.flatten(piece, at, tab);
    if (this.isEscaped) this.isEscaped = false;
    else if (code === backslash) this.isEscaped = true;
    else if (code === quote) {
      this.inText = false;
      this.last = 'text';
    }
  }

  /** Processes a byte that is neither blank nor in a string. Returns a problem or null. */
  private readMark(code: number): string | null {
    const { last } = this;
    const mayFollowText = code === comma || code === colon || code === closeList || code === closeObject;
    if (last === 'text' && !mayFollowText)
      return 'a text is followed by neither a comma, a colon nor a bracket';
    if (code === quote) {
      if (last === 'word') return 'a text begins within a value';
      this.inText = true;
    } else if (code === openList || code === openObject) {
      if (last === 'list' && code === openObject && this.depth === 2 && this.open[1] === openObject)
        this.holdsList = true;
      this.depth += 1;
      if (this.depth <= knownLevels) this.open[this.depth] = code;
      this.last = code === openList ? 'list' : 'mark';
    } else if (code === closeList || code === closeObject) {
      // The codes of an opening and its closing bracket differ by two.
      if (this.depth === 0 || (this.depth <= knownLevels && this.open[this.depth] !== code - 2))
        return 'a bracket closes what is not open';
      this.depth -= 1;
      this.last = 'mark';
      this.isOpen = this.depth > 0;
    } else this.last = code === comma || code === colon ? 'mark' : 'word';
    return null;
  }

  private close(at: number): number {
    this.isOpen = false;
    return at;
  }

  private flatten(piece: Buffer, at: number, code: number): void {
    piece[at] = code;
    this.lineFeeds += 1;
  }
}

const [lineFeed, space, tab, carriageReturn] = [0x0a, 0x20, 0x09, 0x0d];
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Levels of which it is known what is open; deeper ones are only counted, since no row may have so many. */
const knownLevels = 1000;

/** The blanks of JSON (RFC 8259, section 2). */
export const isBlank = (code: number): boolean =>
  code === space || code === lineFeed || code === carriageReturn || code === tab;

/**
 * Finds the end of one element of a JSON text that comes in pieces, and makes it one line. It follows brackets and
 * texts, not all of the grammar. A text whose quote is missing would turn every text after it inside out, and so hide
 * where elements end: what such a text leads to, one that touches another value, is a problem.
 */
export class ElementScanner {
  /** Whether an element has begun and not ended. */
  isOpen = false;
  /** Why the end of the element cannot be found. */
  problem: string | null = null;
  /** Whether it is an object of which a member is a list of objects. */
  holdsList = false;
  /** Line feeds of the element so far. */
  lineFeeds = 0;
  private depth = 0;
  private readonly open = new Uint8Array(knownLevels + 1);
  private inText = false;
  private isEscaped = false;
  /** What came last that is not blank. */
  private last: 'mark' | 'list' | 'text' | 'word' = 'mark';

  /** Begins an element. */
  begin(): void {
    this.isOpen = true;
    this.holdsList = false;
    this.last = 'mark';
  }

  /** Ends an element that nothing follows. */
  end(): void {
    if (this.depth === 0 && !this.inText) this.isOpen = false;
  }

  /**
   * Reads on, and gives where the element ends, or the piece, or where the problem is. Line feeds become spaces, and
   * within a text, where they are not valid, tabs, which are not valid there either.
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

  /** Takes in what is no blank and within no text; gives a problem or null. */
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
      // An opening bracket and its closing one are two apart.
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

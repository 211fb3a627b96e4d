import { answerLimits } from './answer-limits';

/** The limits that {@link JsonShape} enforces. */
export type ShapeLimits = Record<'depth' | 'keys' | 'members' | 'keyBytes' | 'scalarBytes', number>;

/** The bytes that structure JSON. */
export const mark = {
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const quote = 0x22;
const backslash = 0x5c;

const kind = { other: 0, blank: 1, quote: 2, structure: 3 } as const;
const kinds = new Uint8Array(256);
for (const byte of Buffer.from(' \t\r\n')) kinds[byte] = kind.blank;
for (const byte of Object.values(mark)) kinds[byte] = kind.structure;
kinds[quote] = kind.quote;

/**
 * Follows the structure of JSON as its bytes arrive, and throws at the first byte beyond a limit of depth, or of the
 * number or length of members. It keeps nothing of what it reads and does not check the grammar, which is left to a
 * parser that then has little to parse at a time.
 */
export class JsonShape {
  /** Number of open objects and lists. */
  depth = 0;
  /** Number of members since this was last set to 0. */
  members = 0;
  /** What is open at each depth and, for an object, its number of members. */
  private readonly open: Uint8Array;
  private readonly keys: Uint16Array;
  private last = 0;
  private inText = false;
  private isEscaped = false;
  private isKey = false;
  /** Length so far of the current key or scalar. */
  private runBytes = 0;

  /** `refusal` creates the error to throw, from what was seen. An object may have at most 65,535 members. */
  constructor(
    private readonly refusal: (seen: string) => Error,
    private readonly limits: ShapeLimits = answerLimits,
  ) {
    this.open = new Uint8Array(limits.depth + 1);
    this.keys = new Uint16Array(limits.depth + 1);
  }

  /** Whether an object is open at this depth. */
  isObject(depth: number): boolean {
    return this.open[depth] === mark.openObject;
  }

  /**
   * Advances to the next comma, colon or bracket outside strings, processes it, and returns its index, or the number of
   * bytes if there is none.
   */
  next(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      if (this.inText) {
        at = this.readText(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      switch (kinds[byte] ?? kind.other) {
        case kind.structure:
          this.take(byte);
          return at;
        case kind.quote:
          this.inText = true;
          this.isKey = this.isObject(this.depth) && this.last !== mark.colon;
          this.runBytes = 0;
          break;
        case kind.blank:
          this.runBytes = 0;
          break;
        default:
          this.runBytes += 1;
          if (this.runBytes > this.limits.scalarBytes) throw this.tooMany('scalarBytes', 'bytes in a number');
      }
      at += 1;
    }
    return at;
  }

  /** Returns the index after the end of a string, or the number of bytes if it continues. */
  private readText(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.isEscaped && at < bytes.length) {
      this.isEscaped = false;
      at += 1;
    }
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === backslash) {
        at += 1;
        this.isEscaped = at >= bytes.length;
      } else if (byte === quote) {
        this.inText = false;
        break;
      }
    }
    this.runBytes += at - from;
    if (this.isKey && this.runBytes > this.limits.keyBytes) {
      throw this.tooMany('keyBytes', "bytes in a member's name");
    }
    if (this.inText) return bytes.length;
    this.runBytes = 0;
    return at + 1;
  }

  private take(byte: number): void {
    this.runBytes = 0;
    this.last = byte;
    switch (byte) {
      case mark.openObject:
      case mark.openList:
        if (this.depth === this.limits.depth) throw this.tooMany('depth', 'levels of objects and lists');
        this.depth += 1;
        this.open[this.depth] = byte;
        this.keys[this.depth] = 0;
        this.countMember();
        break;
      case mark.closeObject:
      case mark.closeList:
        if (this.depth === 0 || this.open[this.depth] !== byte - 2) throw this.refusal('it is not JSON');
        this.depth -= 1;
        break;
      case mark.colon:
        this.countKey();
        break;
      default:
        this.countMember();
    }
  }

  private countMember(): void {
    this.members += 1;
    if (this.members > this.limits.members) throw this.tooMany('members', 'members');
  }

  private countKey(): void {
    const count = (this.keys[this.depth] ?? 0) + 1;
    this.keys[this.depth] = count;
    if (count > this.limits.keys) throw this.tooMany('keys', 'members in one object');
  }

  private tooMany(limit: keyof ShapeLimits, what: string): Error {
    return this.refusal(`it has more than ${this.limits[limit]} ${what}`);
  }
}

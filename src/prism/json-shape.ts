import { answerLimits } from './answer-limits';

/** What {@link JsonShape} holds an answer to. */
export type ShapeLimits = Record<'depth' | 'keys' | 'members' | 'keyBytes' | 'scalarBytes', number>;

/** The bytes that give JSON its structure. */
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
 * Follows the structure of JSON as its bytes arrive, and refuses what is nested too deep or has too many or too long
 * members, at the byte that is one too many. It keeps nothing of what it reads, and does not check grammar: that is
 * left to a parser, which then has only little to parse at a time.
 */
export class JsonShape {
  /** How many objects and lists are open. */
  depth = 0;
  /** Members since this was last set to 0. */
  members = 0;
  /** What is open at each depth, and how many members it has had, if it is an object. */
  private readonly open: Uint8Array;
  private readonly keys: Uint16Array;
  private last = 0;
  private inText = false;
  private isEscaped = false;
  private isKey = false;
  /** Bytes so far of the key or scalar that is being read. */
  private runBytes = 0;

  /** `refusal` makes the error that is thrown, of what was seen; an object may have at most 65,535 members. */
  constructor(
    private readonly refusal: (seen: string) => Error,
    private readonly limits: ShapeLimits = answerLimits,
  ) {
    this.open = new Uint8Array(limits.depth + 1);
    this.keys = new Uint16Array(limits.depth + 1);
  }

  /** Whether it is an object that is open at a depth. */
  isObject(depth: number): boolean {
    return this.open[depth] === mark.openObject;
  }

  /**
   * Goes on to the next comma, colon or bracket that is not within a text, takes it in, and gives its index, or the
   * number of bytes when none of them is one.
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

  /** Gives the index after the end of a text, or the number of bytes when it goes on. */
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

import { createHash } from 'node:crypto';

/** Random numbers from a seed: the same seed gives the same numbers on every machine. */
export class Draw {
  private index = 0;

  constructor(private readonly seed: string) {}

  /** From 0 (inclusive) to 1 (exclusive). */
  fraction(): number {
    const digest = createHash('sha256').update(`${this.seed}/${this.index++}`).digest();
    return digest.readUInt32LE() / 2 ** 32;
  }

  /** An integer, with both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** The items in random order. */
  shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((value) => ({ value, place: this.fraction() }))
      .sort((one, other) => one.place - other.place)
      .map(({ value }) => value);
  }
}

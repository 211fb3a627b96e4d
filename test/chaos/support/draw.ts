import { createHash } from 'node:crypto';

/** Numbers drawn by a seed: the same seed gives the same ones, on every machine. */
export class Draw {
  private index = 0;

  constructor(private readonly seed: string) {}

  /** From 0 to 1, which is left out. */
  fraction(): number {
    const digest = createHash('sha256').update(`${this.seed}/${this.index++}`).digest();
    return digest.readUInt32LE() / 2 ** 32;
  }

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** The same in another order. */
  shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((value) => ({ value, place: this.fraction() }))
      .sort((one, other) => one.place - other.place)
      .map(({ value }) => value);
  }
}

import { createHash } from 'node:crypto';

/** A source of ids, and of numbers from 0 (inclusive) to 1 (exclusive). */
export interface Random {
  readonly uuid: () => string;
  readonly fraction: () => number;
}

/**
 * The random numbers of one thing, such as the third import. They depend only on seed and name, so that runs can be
 * repeated, and an emulator continues after a restart where it stopped.
 */
export function createRandom(seed: string, ...name: (string | number)[]): Random {
  const next = sequence([seed, ...name].join('/'));
  return { uuid: () => uuidOf([next(), next(), next(), next()]), fraction: () => next() / 2 ** 32 };
}

/** The items in random order (Fisher and Yates); leaves the given array unchanged. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.fraction() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** A normally distributed number with mean 0 and deviation 1 (Box and Muller). */
export function gaussian({ fraction }: Random): number {
  return Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
}

/** Unsigned 32-bit numbers by the small fast counting generator (sfc32, PractRand), fast enough for an id per row. */
function sequence(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)) as Words;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}

type Words = [number, number, number, number];

const bytes = Buffer.alloc(16);

/** The words as a UUID of version 4 (RFC 9562, section 5.4). */
function uuidOf([a, b, c, d]: Words): string {
  const version = (b & 0xffff0fff) | 0x4000;
  const variant = (c & 0x3fffffff) | 0x80000000;
  [a, version, variant, d].forEach((word, index) => bytes.writeUInt32BE(word >>> 0, 4 * index));
  const hex = bytes.toString('hex');
  // Joined, because a template string would keep its pieces in memory for every row's id.
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

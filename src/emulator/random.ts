import { createHash, randomUUID } from 'node:crypto';

/** A source of ids and of numbers from 0 (inclusive) to 1 (exclusive). */
export interface Random {
  readonly uuid: () => string;
  readonly fraction: () => number;
}

/** A source of randomness: the same seed and stream name always give the same sequence; without a seed it cannot be foreseen. */
export function createRandom(seed: string | number | undefined, stream: string): Random {
  if (seed === undefined) return { uuid: () => randomUUID(), fraction: () => Math.random() };
  const next = sequence(`${seed}/${stream}`);
  return { uuid: () => uuidOf([next(), next(), next(), next()]), fraction: () => next() / 2 ** 32 };
}

/** Unsigned 32-bit numbers by the small fast counting generator (sfc32, PractRand), which is quick enough for an id per row. */
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

/** The words as a UUID of version 4 (RFC 9562, section 5.4). */
function uuidOf([a, b, c, d]: Words): string {
  const version = (b & 0xffff0fff) | 0x4000;
  const variant = (c & 0x3fffffff) | 0x80000000;
  const hex = [a, version, variant, d].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

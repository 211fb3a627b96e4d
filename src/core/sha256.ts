const initial = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const roundConstants = constantsOfCubeRoots(64);

/** SHA-256 (FIPS 180-4) of an ASCII text, in lower-case hex: workflows have no crypto module. */
export function sha256(text: string): string {
  const words = paddedWords(text);
  const state = [...initial];
  for (let block = 0; block < words.length; block += 16) compress(state, words.slice(block, block + 16));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The text with its padding, as big-endian words. */
function paddedWords(text: string): number[] {
  const words = new Array<number>(((text.length + 8) >> 6) * 16 + 16).fill(0);
  const put = (at: number, byte: number) => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - (at % 4) * 8));
  };
  for (let at = 0; at < text.length; at += 1) put(at, text.charCodeAt(at));
  put(text.length, 0x80);
  words[words.length - 1] = text.length * 8;
  return words;
}

function compress(state: number[], block: readonly number[]): void {
  const schedule = [...block];
  const at = (index: number) => schedule[index] ?? 0;
  for (let round = 16; round < 64; round += 1) {
    const [early, late] = [at(round - 15), at(round - 2)];
    const first = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const second = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule.push((at(round - 16) + first + at(round - 7) + second) | 0);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const low = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const high = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const added = (h + low + choice + (roundConstants[round] ?? 0) + at(round)) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + added) | 0, c, b, a, (added + high + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = ((state[index] ?? 0) + word) | 0));
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 32 bits of the fractional parts of the cube roots of the first primes. */
function constantsOfCubeRoots(count: number): number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes.map((prime) => ((Math.cbrt(prime) % 1) * 2 ** 32) | 0);
}

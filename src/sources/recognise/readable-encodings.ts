import { decodeDos, dosEncodings } from './dos-encodings';
import { multiByteEncodings, commonShare } from './multi-byte';
import { plausibility } from './plausibility';

const [western, central] = [
  /[àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ]/iu,
  /[ąćęłńóśźżáčďéěíňřšťúůýžäöüßôľĺŕőűăâîşţđëç]/iu,
];
const [turkish, baltic] = [/[çğıöşüâîûİ]/iu, /[āčēģīķļņšūžąęėįųõäöüå]/iu];

/** Single-byte encodings, the usual ones first: how likely each is, and the letters expected in it. */
const singleByteEncodings: Record<string, readonly [likelihood: number, letters?: RegExp]> = {
  'windows-1252': [1, western],
  'iso-8859-15': [0.98, western],
  'windows-1250': [0.99, central],
  'iso-8859-2': [0.97, central],
  'windows-1251': [1],
  'koi8-r': [0.95],
  'koi8-u': [0.94],
  ibm866: [0.9],
  'windows-1253': [0.99],
  'iso-8859-7': [0.95],
  'windows-1254': [0.99, turkish],
  'windows-1255': [0.95],
  'windows-1256': [0.95],
  'windows-1257': [0.98, baltic],
  'windows-1258': [0.9],
  'windows-874': [0.85],
  cp850: [0.97, western],
  cp852: [0.96, central],
  macintosh: [0.95, western],
  'x-mac-cyrillic': [0.85],
};
/** How much to judge, in bytes. */
const excerptBytes = 8 * 1024;
const maxNamed = 3;
/** The minimum plausibility of a suggestion, absolute and relative to the best. */
const [leastPlausible, leastShare] = [0.5, 0.6];

/**
 * Suggests two or three encodings, the likeliest first, that make a readable text of bytes that are not UTF-8; empty if
 * there are none. Judges by letters, and by words of one script and case, so it is never more than a suggestion.
 */
export function readableEncodings(sample: Buffer): string[] {
  const excerpt = linesBeyondAscii(sample);
  const byText = new Map<string, { score: number; names: string[] }>();
  for (const name of [...Object.keys(singleByteEncodings), ...Object.keys(multiByteEncodings)]) {
    const text = decodeStrictly(name, excerpt);
    if (text === null) continue;
    const [likelihood, letters] = singleByteEncodings[name] ?? [commonShare(name, excerpt)];
    const score = likelihood * plausibility(text, letters);
    const same = byText.get(text) ?? { score, names: [] };
    const names = score > same.score ? [name, ...same.names] : [...same.names, name];
    byText.set(text, { score: Math.max(score, same.score), names });
  }
  const texts = [...byText.values()].sort((a, b) => b.score - a.score);
  const best = texts[0];
  if (best === undefined || best.score < leastPlausible) return [];
  const readable = texts.filter(({ score }) => score >= leastPlausible && score >= leastShare * best.score);
  const [likeliest, ...others] = readable.map(({ names }) => names[0] ?? '');
  const alike = best.names.slice(1);
  return [likeliest ?? '', ...others, ...(others.length === 0 ? alike : [])].slice(0, maxNamed);
}

/** Whether an encoding is only identified by name: a file in it must be converted first. */
export const mustBeConverted = (encoding: string): boolean => dosEncodings.includes(encoding);

function decodeStrictly(encoding: string, bytes: Buffer): string | null {
  const dos = decodeDos(encoding, bytes);
  if (dos !== null) return dos;
  try {
    // As a stream, since Node 20 otherwise takes windows-1252 for Latin-1.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** The first lines with characters beyond ASCII. In these encodings, a line end never splits a character. */
function linesBeyondAscii(sample: Buffer): Buffer {
  const lines: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < sample.length && length < excerptBytes;) {
    const end = sample.subarray(at).findIndex((byte) => byte === 0x0a || byte === 0x0d);
    const line = sample.subarray(at, end === -1 ? sample.length : at + end + 1);
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line.subarray(0, excerptBytes));
      length += line.length;
    }
    at += line.length;
  }
  return Buffer.concat(lines);
}

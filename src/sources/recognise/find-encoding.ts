import { isUtf8 } from 'node:buffer';
import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';
import { byteOrderMark } from '../text/byte-order-mark';
import { givenEncoding } from '../text/encoding';
import { mustBeConverted, readableEncodings } from './readable-encodings';
import { oneOf, refusal } from './refuse';
import { sampleToUtf8 } from './sample-text';
import { wideEncoding } from './wide-encoding';

/** How to decode a text. */
export interface FoundEncoding {
  /** The name in the WHATWG Encoding Standard, or UTF-32's. */
  encoding: string;
  /** Length of the byte order mark before the text. */
  markBytes: number;
  findings: string[];
}

/** Names that do not specify the byte order. */
const eitherEndian = ['utf-16', 'utf-32', 'unicode', 'ucs-2', 'iso-10646-ucs-2'];

/**
 * Detects the encoding of a source: by its byte order mark, else the input's, else UTF-16 or UTF-32 if its zero bytes
 * show it, else UTF-8. Throws a `SourceError` if the text would be misread.
 */
export function findEncoding(source: Source, sample: Buffer, whole: boolean): FoundEncoding {
  const given = givenEncoding(source);
  const mark = byteOrderMark(sample);
  if (mark !== null) {
    const { encoding, bytes } = mark;
    const name = encoding.toUpperCase();
    const findings =
      given !== null && given !== encoding && !isEitherEndian(source)
        ? [`the text is in ${name}, as its byte order mark says, not in ${given.toUpperCase()} as given`]
        : encoding === 'utf-8'
          ? []
          : [`the text is in ${name} (its byte order mark says so)`];
    return { encoding, markBytes: bytes, findings };
  }
  const wide = wideEncoding(sample);
  if (given !== null && !(isEitherEndian(source) && wide !== null)) {
    checkWidth(given, wide, sample);
    return { encoding: given, markBytes: 0, findings: [] };
  }
  if (wide !== null) {
    const findings = [`the text is in ${wide.toUpperCase()} (its zero bytes say so; ${overrule})`];
    return { encoding: wide, markBytes: 0, findings };
  }
  return inUtf8(source, sample, whole);
}

const overrule = '--encoding says otherwise';

const isEitherEndian = ({ encoding = '' }: Source): boolean =>
  eitherEndian.includes(encoding.trim().toLowerCase());

/** Refuses an encoding whose characters certainly have another width, since every cell would be wrong. */
function checkWidth(given: string, wide: string | null, sample: Buffer): void {
  const isWide = /^utf-(?:16|32)/.test(given);
  // A zero byte further on may be part of a narrow text, which the given encoding says it is.
  if (!isWide && wide !== null && sample.subarray(0, 4).includes(0))
    throw new SourceError(
      'source.encoding',
      `${given} (the file is in ${wide.toUpperCase()}, as its zero bytes say)`,
      `none, or --encoding ${wide} (source.encoding)`,
    );
  if (isWide && wide === null && sample.length > 3 && !sample.includes(0) && isUtf8(sample))
    throw new SourceError(
      'source.encoding',
      `${given} (the file begins with text in UTF-8)`,
      'none, or --encoding utf-8 (source.encoding)',
    );
}

function inUtf8(source: Source, sample: Buffer, whole: boolean): FoundEncoding {
  const found = { encoding: 'utf-8', markBytes: 0, findings: [] };
  if (isUtf8(sampleToUtf8('utf-8', sample, whole))) {
    if (!isIso2022(sample)) return found;
    throw refusal(source, 'text in ISO-2022-JP', 'UTF-8, or --encoding iso-2022-jp (source.encoding)');
  }
  const text = sample.toString('utf8');
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const valid = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  if (valid > broken)
    return { ...found, findings: [`some rows are not valid UTF-8, and cannot be sent (${overrule})`] };
  if (isBinary(text)) throw refusal(source, 'binary data', 'a file of text: CSV or NDJSON');
  const advice = adviceFor(readableEncodings(sample));
  throw refusal(
    source,
    'text that is not valid UTF-8',
    `${advice}; with utf-8 only the rows that are not fail`,
  );
}

/** What to do about a file that these encodings would make readable, the likeliest first. */
function adviceFor(names: readonly string[]): string {
  const [best] = names;
  if (best === undefined)
    return 'UTF-8, or its encoding as --encoding (source.encoding); none that is known here makes it readable';
  if (mustBeConverted(best))
    return `UTF-8, as \`iconv -f ${best.toUpperCase()} -t UTF-8\` makes it: ${best}, an encoding of DOS, would read it`;
  const readable = names.filter((name) => !mustBeConverted(name));
  return `UTF-8, or its encoding as --encoding (source.encoding): ${oneOf(readable)} would read it`;
}

/** Whether Japanese text is escaped into ASCII (RFC 1468). */
const isIso2022 = (sample: Buffer): boolean => ['\x1b$B', '\x1b$@'].some((escape) => sample.includes(escape));

/** Whether more than one in a hundred characters is a control that does not occur in text. */
function isBinary(text: string): boolean {
  const controls = text.match(/(?![\s\u007f-\u009f])\p{Cc}/gu)?.length ?? 0;
  return controls * 100 > text.length;
}

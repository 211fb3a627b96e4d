import type { Source } from '../../core/pipeline/source';
import type { SourceFormat } from '../../core/pipeline/source-formats';
import type { SourceForm } from '../../ports/batch-reader';
import { binaryKind } from './binary-files';
import { findDelimiter } from './find-delimiter';
import { findEncoding } from './find-encoding';
import { findFormat, jsonLines } from './find-format';
import { findLineEnd, linesEndWithCr, type FoundLineEnd } from './find-line-end';
import { refusal } from './refuse';
import { sampleToUtf8 } from './sample-text';
import { sepLine } from './sep-line';

/** How much of a text to read to detect its form, in bytes. */
export const sampleBytes = 256 * 1024;

/** The detected form of a file. */
export interface Recognised {
  form: SourceForm;
  /** What was detected rather than given, in words, each with the option that overrides it. */
  findings: string[];
  /** Length of the byte order mark before the text. */
  markBytes: number;
  /** Whether the first line of a CSV only states the delimiter, and is not a header. */
  hasSepLine: boolean;
}

/**
 * Detects how to read a source, as far as its input does not say. `sample` is the start of the uncompressed text, up to
 * {@link sampleBytes}; `whole` says that nothing follows. Throws a `SourceError` if the file contains no rows or would
 * be misread. The error shows nothing of the file's content.
 */
export function recognise(source: Source, sample: Buffer, whole: boolean): Recognised {
  const kind = binaryKind(sample);
  if (kind !== null) throw refusal(source, kind.name, kind.advice);
  const { encoding, markBytes, findings } = findEncoding(source, sample, whole);
  const text = sampleToUtf8(encoding, sample.subarray(markBytes), whole);
  const found = findFormat(source, text.toString('utf8'));
  findings.push(...found.findings);
  const lines = linesOf(source, found.format, text, whole);
  findings.push(...lines.findings);
  const lenientQuotes = source.lenientQuotes ?? false;
  const form = {
    format: found.format,
    encoding,
    delimiter: source.delimiter ?? ',',
    lineEnd: lines.lineEnd,
    lenientQuotes,
    rules: 2 as const,
    repeatedHeaders: source.repeatedHeaders ?? 'skip',
  };
  if (form.format !== 'csv') return { form, findings, markBytes, hasSepLine: false };
  const sep = sepLine(text);
  const below = text.subarray(sep?.end ?? 0);
  const { delimiter, ...said } = findDelimiter(source, form, below, whole, sep?.delimiter ?? null);
  findings.push(...said.findings);
  if (sep !== null) findings.push('the first line, sep=, is no header and is left out');
  return { form: { ...form, delimiter }, findings, markBytes, hasSepLine: sep !== null };
}

/** The line ends. Those of JSON are created while it is read. */
function linesOf(source: Source, format: SourceFormat, text: Buffer, whole: boolean): FoundLineEnd {
  if (format === 'csv') return findLineEnd(source, text, whole);
  const isCr = format === 'ndjson' && !text.includes('\n') && jsonLines(text.toString('utf8')).length > 1;
  const lineEnd = format === 'json' ? 'lf' : (source.lineEnd ?? (isCr ? 'cr' : 'lf'));
  return { lineEnd, findings: isCr && source.lineEnd === undefined ? [linesEndWithCr] : [] };
}

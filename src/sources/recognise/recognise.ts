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

/** How much of a text is looked at to find out how it is read, in bytes. */
export const sampleBytes = 256 * 1024;

/** What a file was found to be. */
export interface Recognised {
  form: SourceForm;
  /** What was found out and not said by the input, in words, each with what overrules it. */
  findings: string[];
  /** Length of the byte order mark before the text. */
  markBytes: number;
  /** Whether the first line of a CSV only says what the delimiter is, and is no header. */
  hasSepLine: boolean;
}

/**
 * Finds out how a source is read: what its input does not say, a sample tells. `sample` is the beginning of the text,
 * not compressed, up to {@link sampleBytes}; `whole` says that nothing follows it. Throws a `SourceError` for what is
 * no file of rows, and for what would be misread; it shows nothing of the file.
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

/** How lines end; those of JSON are made while it is read. */
function linesOf(source: Source, format: SourceFormat, text: Buffer, whole: boolean): FoundLineEnd {
  if (format === 'csv') return findLineEnd(source, text, whole);
  const isCr = format === 'ndjson' && !text.includes('\n') && jsonLines(text.toString('utf8')).length > 1;
  const lineEnd = format === 'json' ? 'lf' : (source.lineEnd ?? (isCr ? 'cr' : 'lf'));
  return { lineEnd, findings: isCr && source.lineEnd === undefined ? [linesEndWithCr] : [] };
}

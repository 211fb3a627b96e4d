import type { Source } from '../../core/pipeline/source';
import type { SourceForm } from '../../ports/batch-reader';

/** How to read a source whose plan does not say: one of 0.1.0, which used its input, else defaults. */
export function firstForm({ format = 'csv', delimiter = ',' }: Source): SourceForm {
  return {
    format,
    delimiter,
    encoding: 'utf-8',
    lineEnd: 'lf',
    lenientQuotes: false,
    rules: 1,
    repeatedHeaders: 'keep',
  };
}

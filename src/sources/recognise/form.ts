import type { Source } from '../../core/pipeline/source';
import type { SourceForm } from '../../ports/batch-reader';

/** How a source is read whose plan does not say it: a plan of 0.1.0, which went by its input, else by defaults. */
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

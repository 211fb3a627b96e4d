import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';

/** The error that refuses a source for its content. */
export const refusal = ({ uri }: Pick<Source, 'uri'>, seen: string, accepted: string): SourceError =>
  new SourceError('source.uri', `${uri} (${seen})`, accepted);

/** Lists names: `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';

/** Names of encodings that the standard lacks. */
const utf32Names: Record<string, string> = {
  'utf-32': 'utf-32le',
  'utf-32le': 'utf-32le',
  'utf-32be': 'utf-32be',
};

/**
 * The standard's name of the encoding that a source's input gives (WHATWG Encoding Standard), or UTF-32's; null when it
 * gives none. Throws a `SourceError` for one that is not known.
 */
export function givenEncoding({ encoding }: Pick<Source, 'encoding'>): string | null {
  if (encoding === undefined) return null;
  const utf32 = utf32Names[encoding.trim().toLowerCase()];
  if (utf32 !== undefined) return utf32;
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    throw new SourceError(
      'source.encoding',
      JSON.stringify(encoding),
      "an encoding's name, such as utf-8, utf-16le or windows-1252",
    );
  }
}

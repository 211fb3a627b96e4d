import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';

/** Names of encodings that the WHATWG Encoding Standard lacks. */
const utf32Names: Record<string, string> = {
  'utf-32': 'utf-32le',
  'utf-32le': 'utf-32le',
  'utf-32be': 'utf-32be',
};

/**
 * The name, in the WHATWG Encoding Standard or UTF-32's, of the encoding that the input gives; null if it gives none.
 * Throws a `SourceError` if the encoding is unknown.
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

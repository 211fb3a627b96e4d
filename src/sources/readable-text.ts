import type { Source } from '../core/pipeline/source';
import { rowFormats } from './formats/row-formats';
import type { Recognised } from './recognise/recognise';
import { withoutFirst } from './text/byte-order-mark';
import { toUtf8 } from './text/decode-text';

/** A source as uncompressed UTF-8 without a byte order mark, which can be split into rows. */
export function readableText(
  { uri }: Pick<Source, 'uri'>,
  { form: { encoding, format }, markBytes }: Recognised,
  blocks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const text = withoutFirst(markBytes, blocks);
  const decoded = encoding === 'utf-8' ? text : toUtf8(encoding, text);
  return rowFormats[format].toLines?.(uri, decoded) ?? decoded;
}

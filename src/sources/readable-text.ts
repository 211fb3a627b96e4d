import type { Source } from '../core/pipeline/source';
import { rowFormats } from './formats/row-formats';
import type { Recognised } from './recognise/recognise';
import { withoutFirst } from './text/byte-order-mark';
import { toUtf8 } from './text/decode-text';

/** A source as UTF-8, neither compressed nor with a byte order mark, and with rows that can be found in it. */
export function readableText(
  { uri }: Pick<Source, 'uri'>,
  { form: { encoding, format }, markBytes }: Recognised,
  blocks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const text = withoutFirst(markBytes, blocks);
  const decoded = encoding === 'utf-8' ? text : toUtf8(encoding, text);
  return rowFormats[format].toLines?.(uri, decoded) ?? decoded;
}

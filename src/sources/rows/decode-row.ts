import { isUtf8 } from 'node:buffer';
import type { RowLimits, SourceForm } from '../../ports/batch-reader';
import type { JsonText } from '../../ports/json-text';
import { WrittenRow } from '../../ports/written-row';
import type { SplitRow } from './split-rows';

/** A decoded row: what to send, or why it cannot be sent. */
type DecodedRow = { row: WrittenRow } | { malformed: string };

/** Decodes a split row; `raw` are its bytes. */
export type DecodeRow = (row: SplitRow, raw: Buffer) => DecodedRow;

/** Values by property, or what is wrong with the row. A reason names columns and types, but never a value. */
export type RowValues = [property: string, value: JsonText][] | string;

/** Reads the values of a row that is valid text. */
export type ReadValues = (row: SplitRow, raw: Buffer) => RowValues;

/** Creates a decoder for the rows of a text, from its format's reader of values. */
export function rowDecoder(
  form: SourceForm,
  { exact }: Pick<RowLimits, 'exact'>,
  readValues: ReadValues,
): DecodeRow {
  const encoding = form.encoding.toUpperCase();
  return (row, raw) => {
    const malformed = row.malformed ?? unreadable(raw, encoding);
    if (malformed !== null) return { malformed };
    const values = readValues(row, raw);
    if (typeof values === 'string') return { malformed: values };
    if (values.length === 0) return { malformed: 'has no value' };
    const written = WrittenRow.of(values);
    return { row: exact ? written : WrittenRow.from(written.read()) };
  };
}

/** Why bytes are not text that can be sent, or null. */
export function unreadable(raw: Buffer, encoding: string): string | null {
  if (!isUtf8(raw))
    return `not valid ${encoding}; if the whole file is in another encoding, --encoding (source.encoding) names it`;
  return raw.includes(0) ? 'holds a NUL byte' : null;
}

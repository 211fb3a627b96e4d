import { isUtf8 } from 'node:buffer';
import type { RowLimits, SourceForm } from '../../ports/batch-reader';
import type { JsonText } from '../../ports/json-text';
import { WrittenRow } from '../../ports/written-row';
import type { SplitRow } from './split-rows';

/** What a row says: what to send, or why it cannot be sent. */
type DecodedRow = { row: WrittenRow } | { malformed: string };

/** Reads a row that was found by splitting; `raw` are its bytes. */
export type DecodeRow = (row: SplitRow, raw: Buffer) => DecodedRow;

/** Values by property, or what is wrong with the row; a reason names columns and types, never a value. */
export type RowValues = [property: string, value: JsonText][] | string;

/** Reads the values of a row that can be read as text. */
export type ReadValues = (row: SplitRow, raw: Buffer) => RowValues;

/** How to read the rows of a text, given how its format reads their values. */
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

/** What makes bytes no text that can be sent, or null. */
export function unreadable(raw: Buffer, encoding: string): string | null {
  if (!isUtf8(raw))
    return `not valid ${encoding}; if the whole file is in another encoding, --encoding (source.encoding) names it`;
  return raw.includes(0) ? 'holds a NUL byte' : null;
}

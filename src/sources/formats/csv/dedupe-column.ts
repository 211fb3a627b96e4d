import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { nearest } from '../../../ports/nearest';
import { SourceError } from '../../../ports/source-error';
import { isPlain } from '../../rows/column-mapping';
import { showName, showNames } from '../../rows/show-names';
import type { SplitRow } from '../../rows/split-rows';
import { csvColumns, type CsvColumn } from './csv-columns';
import { behindQuotes } from './split-csv';

/** Checks that a column provides the property that identifies records. Throws a `SourceError` otherwise. */
export function checkDedupeColumn(
  uri: string,
  columns: readonly CsvColumn[],
  property: string,
  mayShow: boolean,
): void {
  if (columns.some(({ target }) => target?.property === property)) return;
  const seen = `${showName(property)}, which no column of ${uri} gives`;
  if (!mayShow) {
    const accepted = `a source.mapping of a column to it, as in {"#1": ${showName(property)}} (--map '#1=${property}')`;
    throw new SourceError('options.dedupe_by', seen, accepted);
  }
  const properties = columns.flatMap(({ target }) => target?.property ?? []);
  const [near] = nearest(
    property,
    columns.map(({ name, target }) => ({ word: target?.property ?? name, label: name })),
  );
  const column = columns.find(({ name, target }) => (target?.property ?? name) === near);
  const example = column?.name ?? 'COLUMN';
  throw new SourceError(
    'options.dedupe_by',
    seen,
    `one of ${showNames(properties)}${near === undefined ? '' : ` (${showName(near)} is near)`}, ` +
      `or a source.mapping of a column to it (--map '${example}=${property}')`,
  );
}

const quote = 0x22;

/** Whether a byte certainly belongs to a value: visible ASCII except quotes. */
const isValueByte = (byte: number | undefined): boolean =>
  byte !== undefined && byte > 0x20 && byte < 0x7f && byte !== quote;

/**
 * Returns a function that says, without parsing the whole row, if its bytes show that a property has a value. False if
 * that is uncertain.
 */
export function surelyHasValue(
  source: Source,
  form: SourceForm,
  header: readonly string[],
  property: string,
): (row: SplitRow, raw: Buffer) => boolean {
  const column = csvColumns(source, form, header).find(({ target }) => target?.property === property);
  const separator = Buffer.from(form.delimiter);
  if (column?.target == null || !isPlain(column.target)) return () => false;
  const isSeparator = (raw: Buffer, at: number): boolean =>
    raw[at] === separator[0] && raw.subarray(at, at + separator.length).equals(separator);
  return ({ quoted, malformed }, raw) => {
    if (malformed !== null) return false;
    let at = 0;
    for (let before = 1; before < column.position; before += 1) {
      const behind = quoted && raw[at] === quote ? behindQuotes(raw, at, raw.length) : at;
      const found = behind === -1 ? -1 : raw.indexOf(separator, behind);
      if (found === -1) return false;
      at = found + separator.length;
    }
    return quoted && raw[at] === quote
      ? isValueByte(raw[at + 1])
      : isValueByte(raw[at]) && !isSeparator(raw, at);
  };
}

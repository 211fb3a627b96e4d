import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { SourceError } from '../../../ports/source-error';
import { unreadable } from '../../rows/decode-row';
import { isRecognisedHeader } from '../../rows/recognise-header';
import type { SplitRow } from '../../rows/split-rows';
import type { Asked } from '../row-format';
import { checkColumns } from './check-columns';
import { csvColumns, type CsvColumn } from './csv-columns';
import { cellsOf } from './csv-values';
import { checkDedupeColumn } from './dedupe-column';
import { dialectOf } from './dialect';

/**
 * Reads the cells of a CSV's header row verbatim. Throws `SourceError` if the row cannot be read, a name occurs twice,
 * the mapping does not match it, or no column provides the property that identifies records. The error shows names from
 * another person's file only if the row is certainly a header. Otherwise it may be a row of data, or a file that the
 * caller must not see.
 */
export function readHeader(
  source: Source,
  form: SourceForm,
  row: SplitRow,
  raw: Buffer,
  { dedupeBy, isOwnFile }: Asked,
): string[] {
  const broken = row.malformed ?? unreadable(raw, form.encoding.toUpperCase());
  if (broken !== null) throw headerError(source, broken);
  const header = cellsOf(dialectOf(form), row, raw);
  const columns = csvColumns(source, form, header);
  const mayShow = isOwnFile || mayShowNames(source, columns);
  checkColumns(source, columns, mayShow);
  if (dedupeBy !== null) checkDedupeColumn(source.uri, columns, dedupeBy, mayShow);
  return header;
}

/** Whether errors may show the names of columns to the caller, because they are certainly names and not data. */
export function mayShowNames({ mapping = {} }: Source, columns: readonly CsvColumn[]): boolean {
  const names = columns.flatMap(({ name }) => (name === '' ? [] : [name]));
  return names.length > 0 && isRecognisedHeader(names, Object.keys(mapping));
}

const headerError = (source: Source, seen: string): SourceError =>
  new SourceError(
    'source.uri',
    `${source.uri} (in its header: ${seen})`,
    'a header line of different column names',
  );

import type { Source } from '../../../core/pipeline/source';
import type { SourceForm } from '../../../ports/batch-reader';
import { SourceError } from '../../../ports/source-error';
import { unreadable } from '../../rows/decode-row';
import { cellsOf } from './csv-values';
import { targetOf } from '../../rows/column-mapping';
import { showName, showNames } from '../../rows/show-names';
import { isRecognisedHeader } from '../../rows/recognise-header';
import type { SplitRow } from '../../rows/split-rows';

/**
 * The column names of a CSV from its header row. Throws `SourceError` when the row cannot be read, a name is empty or
 * occurs twice, the mapping names a column that is not there or leaves out all, or two columns would become the same
 * property. It shows names from the file only when the row is surely a header: it may be a row of data, or a file that
 * whoever asks must not see.
 */
export function readHeader(source: Source, form: SourceForm, row: SplitRow, raw: Buffer): string[] {
  const broken = row.malformed ?? unreadable(raw, form.encoding.toUpperCase());
  if (broken !== null) throw headerError(source, broken);
  const columns = cellsOf(row, raw, form.delimiter);
  const empty = columns.indexOf('');
  if (empty !== -1) throw headerError(source, `no name for column ${empty + 1}`);
  const mapping = source.mapping ?? {};
  const mayShow = isRecognisedHeader(columns, Object.keys(mapping));
  const twice = firstRepeated(columns);
  if (twice !== null) {
    const name = mayShow ? `the name ${showName(columns[twice] ?? '')}` : `the name of column ${twice + 1}`;
    throw headerError(source, `${name} twice`);
  }
  checkMapping(mapping, columns, mayShow);
  return columns;
}

function checkMapping(mapping: NonNullable<Source['mapping']>, columns: string[], mayShow: boolean): void {
  const known = new Set(columns);
  for (const name of Object.keys(mapping)) {
    if (known.has(name)) continue;
    const among = columns.length === 1 ? 'not the 1 column' : `not among the ${columns.length} columns`;
    throw new SourceError(
      `source.mapping.${showField(name)}`,
      `a name that is ${among}`,
      mayShow
        ? `one of ${showNames(columns)}`
        : 'the name of a column, as the first line of the file has it (not shown: it may be no header)',
    );
  }
  const properties = columns.flatMap((name) => targetOf(name, mapping)?.property ?? []);
  const repeated = firstRepeated(properties);
  if (repeated !== null) {
    // Columns differ in their names, so that one of the two goes there by the mapping: the word is the caller's.
    const seen = `two columns for the property ${showName(properties[repeated] ?? '')}`;
    throw new SourceError('source.mapping', seen, 'one column for each property');
  }
  if (properties.length === 0) {
    throw new SourceError('source.mapping', 'every column left out', 'at least one column that is imported');
  }
}

/** A name that the caller has given, as part of a field's path. */
function showField(name: string): string {
  return showName(name).replace(/^"|"(…?)$/g, '$1');
}

/** Where the first name stands that stood before. */
function firstRepeated(names: readonly string[]): number | null {
  const seen = new Set<string>();
  const at = names.findIndex((name) => seen.size === seen.add(name).size);
  return at === -1 ? null : at;
}

const headerError = (source: Source, seen: string): SourceError =>
  new SourceError(
    'source.uri',
    `${source.uri} (in its header: ${seen})`,
    'a header line of different column names',
  );

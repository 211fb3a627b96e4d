import { isUtf8 } from 'node:buffer';
import type { Source } from '../domain/import-records';
import { SourceError } from '../domain/source-error';
import { slugOf } from './decode-row';
import type { SplitRow } from './split-rows';

/**
 * The column names of a CSV from its header row. Throws `SourceError` when the row cannot be read, a name is empty or occurs twice, the mapping names a
 * column that is not there, or two columns would become the same property.
 */
export function readHeader(source: Source, row: SplitRow, raw: Buffer): string[] {
  const mapping = source.mapping ?? {};
  if (row.malformed !== null) throw headerError(source, row.malformed);
  if (!isUtf8(raw)) throw headerError(source, 'not valid UTF-8');
  const columns = row.cells;
  const empty = columns.indexOf('');
  if (empty !== -1) throw headerError(source, `no name for column ${empty + 1}`);
  const twice = firstRepeated(columns);
  if (twice !== undefined) throw headerError(source, `the name ${show(twice)} twice`);
  for (const name of Object.keys(mapping)) {
    if (columns.includes(name)) continue;
    throw new SourceError(
      `source.mapping.${name}`,
      'a column that is not there',
      `one of ${columns.map(show).join(', ')}`,
    );
  }
  const slug = firstRepeated(columns.map((name) => slugOf(name, mapping)));
  if (slug !== undefined) {
    throw new SourceError(
      'source.mapping',
      `two columns for the property ${show(slug)}`,
      'one column for each property',
    );
  }
  return columns;
}

const firstRepeated = (names: string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) !== index);

function show(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const headerError = (source: Source, seen: string): SourceError =>
  new SourceError(
    'source.uri',
    `${source.uri} (in its header: ${seen})`,
    'a header line of different column names',
  );

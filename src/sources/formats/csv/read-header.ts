import type { Source } from '../../../core/pipeline/source';
import { SourceError } from '../../../ports/source-error';
import { unreadable } from '../../rows/decode-row';
import { cellsOf } from './csv-values';
import { encodingOf } from '../../text/encoding';
import { targetOf } from '../../rows/column-mapping';
import { showName, showNames } from '../../rows/show-names';
import type { SplitRow } from '../../rows/split-rows';

/**
 * The column names of a CSV from its header row. Throws `SourceError` when the row cannot be read, a name is empty or
 * occurs twice, the mapping names a column that is not there or leaves out all, or two columns would become the same
 * property.
 */
export function readHeader(source: Source, row: SplitRow, raw: Buffer): string[] {
  const broken = row.malformed ?? unreadable(raw, encodingOf(source).toUpperCase());
  if (broken !== null) throw headerError(source, broken);
  const columns = cellsOf(row, raw, source.delimiter);
  const empty = columns.indexOf('');
  if (empty !== -1) throw headerError(source, `no name for column ${empty + 1}`);
  const twice = firstRepeated(columns);
  if (twice !== undefined) throw headerError(source, `the name ${showName(twice)} twice`);
  checkMapping(source.mapping ?? {}, columns);
  return columns;
}

function checkMapping(mapping: NonNullable<Source['mapping']>, columns: string[]): void {
  const known = new Set(columns);
  for (const name of Object.keys(mapping)) {
    if (known.has(name)) continue;
    throw new SourceError(
      `source.mapping.${name}`,
      'a column that is not there',
      `one of ${showNames(columns)}`,
    );
  }
  const properties = columns.flatMap((name) => targetOf(name, mapping)?.property ?? []);
  const property = firstRepeated(properties);
  if (property !== undefined) {
    const seen = `two columns for the property ${showName(property)}`;
    throw new SourceError('source.mapping', seen, 'one column for each property');
  }
  if (properties.length === 0) {
    throw new SourceError('source.mapping', 'every column left out', 'at least one column that is imported');
  }
}

function firstRepeated(names: string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

const headerError = (source: Source, seen: string): SourceError =>
  new SourceError(
    'source.uri',
    `${source.uri} (in its header: ${seen})`,
    'a header line of different column names',
  );

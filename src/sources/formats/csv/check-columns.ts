import type { Source } from '../../../core/pipeline/source';
import { nearest } from '../../../ports/nearest';
import { SourceError } from '../../../ports/source-error';
import { trimmed } from '../../rows/blank';
import { showName, showNames } from '../../rows/show-names';
import { positionOf, type CsvColumn } from './csv-columns';
import { positionsOf } from './positions';

/**
 * Checks a mapping against a header. Throws `SourceError` if the mapping names a missing column or leaves out all, if
 * it names a column without a name and there are several, or if two columns would become the same property. Shows names
 * from the file only if `mayShow`.
 */
export function checkColumns(source: Source, columns: readonly CsvColumn[], mayShow: boolean): void {
  const { mapping = {}, uri } = source;
  const names = new Set(columns.map(({ name }) => name));
  const used = new Set(columns.map(({ key }) => key));
  for (const key of Object.keys(mapping)) {
    const position = positionOf(key, names);
    if (position !== null) checkPosition(key, position, columns.length);
    else if (trimmed(key) === '') checkBlank(key, columns);
    else if (!used.has(key) && !names.has(key)) throw unknownName(key, columns, mayShow);
  }
  checkProperties(uri, columns, mayShow);
  if (columns.some(({ target }) => target !== null)) return;
  throw new SourceError('source.mapping', 'every column left out', 'at least one column that is imported');
}

function checkPosition(key: string, position: number, columns: number): void {
  if (position >= 1 && position <= columns) return;
  const among = columns === 1 ? 'there is 1 column' : `there are ${columns} columns`;
  const accepted = `#1${columns === 1 ? '' : ` to #${columns}`}, or the name of a column`;
  throw new SourceError(`source.mapping.${key}`, `a position where no column is (${among})`, accepted);
}

/** A blank key means the only column without a name. With the target null, it means all of them. */
function checkBlank(key: string, columns: readonly CsvColumn[]): void {
  const blank = columns.filter(({ name }) => name === '');
  const named = blank.filter((column) => column.key === key);
  if (blank.length > 0 && (named.length < 2 || named.every(({ target }) => target === null))) return;
  const field = `source.mapping.${showName(key)}`;
  if (blank.length === 0) {
    const accepted = 'the name of a column, or its position, as in #2';
    throw new SourceError(field, 'a blank name where every column has a name', accepted);
  }
  const seen = `a blank name where ${named.length} columns have none (${positionsOf(named)})`;
  throw new SourceError(field, seen, `positions, as in #${named[0]?.position ?? 1}`);
}

function unknownName(key: string, columns: readonly CsvColumn[], mayShow: boolean): SourceError {
  const among = columns.length === 1 ? 'not the 1 column' : `not among the ${columns.length} columns`;
  const names = columns.flatMap(({ name }) => (name === '' ? [] : [name]));
  const [near] = nearest(
    key,
    names.map((word) => ({ word })),
  );
  return new SourceError(
    `source.mapping.${showField(key)}`,
    `a name that is ${among}`,
    mayShow
      ? `one of ${showNames(names)}${near === undefined ? '' : ` (${showName(near)} is near)`}`
      : 'the name of a column, as the first line of the file has it (not shown: it may be no header)',
  );
}

function checkProperties(uri: string, columns: readonly CsvColumn[], mayShow: boolean): void {
  const byProperty = new Map<string, CsvColumn>();
  for (const column of columns) {
    const property = column.target?.property;
    if (property === undefined) continue;
    const before = byProperty.get(property);
    if (before !== undefined) throw sameProperty(uri, property, [before, column], mayShow);
    byProperty.set(property, column);
  }
}

function sameProperty(
  uri: string,
  property: string,
  [one, other]: [CsvColumn, CsvColumn],
  mayShow: boolean,
): SourceError {
  const positions = positionsOf([one, other]);
  if (one.name !== other.name || one.name === '') {
    // The mapping sends at least one of the two there, so the property's name is the caller's.
    const seen = `two columns (${positions}) for the property ${showName(property)}`;
    return new SourceError('source.mapping', seen, 'one column for each property');
  }
  const seen = mayShow ? `the name ${showName(one.name)} twice` : 'the same name twice';
  const key = `#${other.position}`;
  return new SourceError(
    'source.uri',
    `${uri} (in its header: ${seen}, in columns ${positions})`,
    `different column names, or a source.mapping of "${key}" to another property, or to null to leave that column out (--map '${key}=')`,
  );
}

/** A name given by the caller, as part of a field's path. */
function showField(name: string): string {
  return showName(name).replace(/^"|"(…?)$/g, '$1');
}

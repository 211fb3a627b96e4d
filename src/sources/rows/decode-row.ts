import { isUtf8 } from 'node:buffer';
import type { ImportRow } from '../../core/api/import-job';
import type { Source } from '../../core/pipeline/source';
import { encodingOf } from '../text/encoding';
import { placeOf, type Place } from './column-mapping';
import { readCell, readJson } from './read-cell';
import { showName } from './show-names';
import type { SplitRow } from './split-rows';

/** What a row says: what to send, or why it cannot be sent. */
export type DecodedRow = { row: ImportRow } | { malformed: string };

/** Reads a row that was found by splitting; `raw` are its bytes. */
export type DecodeRow = (row: SplitRow, raw: Buffer) => DecodedRow;

/**
 * How to read the rows of a source: CSV cells by the columns, an empty cell leaving its property out; NDJSON as an
 * object of properties. Names become properties and texts become values as the mapping says. A reason names columns and
 * types, never a value.
 */
export function rowDecoder(source: Source, columns: readonly string[]): DecodeRow {
  const toValues = source.format === 'csv' ? csvValues(source, columns) : ndjsonValues(source);
  const encoding = encodingOf(source).toUpperCase();
  return (row, raw) => {
    const malformed = row.malformed ?? unreadable(raw, encoding);
    if (malformed !== null) return { malformed };
    const values = toValues(row, raw);
    if (typeof values === 'string') return { malformed: values };
    if (values.length === 0) return { malformed: 'has no value' };
    return { row: { default: Object.fromEntries(values) } };
  };
}

/** What makes bytes no text that can be sent, or null. */
export function unreadable(raw: Buffer, encoding: string): string | null {
  if (!isUtf8(raw)) return `not valid ${encoding}`;
  return raw.includes(0) ? 'holds a NUL byte' : null;
}

/** The cells of a row. */
export function cellsOf(row: SplitRow, raw: Buffer, delimiter = ','): string[] {
  if (row.cells !== null) return row.cells;
  return raw
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .split(delimiter);
}

/** Values by property, or what is wrong with the row. */
type Values = [property: string, value: unknown][] | string;

function csvValues({ mapping = {}, delimiter }: Source, columns: readonly string[]) {
  const places = columns.map((name) => placeOf(name, mapping));
  return (row: SplitRow, raw: Buffer): Values => {
    const cells = cellsOf(row, raw, delimiter);
    if (cells.length !== columns.length) {
      return `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, expected ${columns.length} as in the header`;
    }
    const values: [string, unknown][] = [];
    for (const [index, cell] of cells.entries()) {
      const place = places[index];
      if (cell === '' || place === null || place === undefined) continue;
      const problem = addText(values, place, columns[index] ?? '', cell);
      if (problem !== null) return problem;
    }
    return values;
  };
}

function ndjsonValues({ mapping = {} }: Source) {
  return (_row: SplitRow, raw: Buffer): Values => {
    const object = readObject(raw);
    if (typeof object === 'string') return object;
    const values: [string, unknown][] = [];
    for (const [name, value] of Object.entries(object)) {
      const place = placeOf(name, mapping);
      if (place === null) continue;
      if (typeof value !== 'string') values.push([place.property, value]);
      else if (value !== '' || isPlain(place)) {
        const problem = addText(values, place, name, value);
        if (problem !== null) return problem;
      }
    }
    const properties = new Set(values.map(([property]) => property));
    return properties.size < values.length ? 'two of its names are mapped to the same property' : values;
  };
}

const isPlain = ({ type, separator }: Place): boolean => type === 'string' && separator === null;

function readObject(raw: Buffer): object | string {
  try {
    const value = readJson(raw.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    return 'not a JSON object';
  } catch (error) {
    return error instanceof RangeError ? 'nested too deeply' : 'not valid JSON'; // the parser's own message quotes the row
  }
}

/** Adds what a text says; gives what is wrong with it, or null. */
function addText(values: [string, unknown][], place: Place, column: string, text: string): string | null {
  if (isPlain(place)) {
    values.push([place.property, text]);
    return null;
  }
  const { property, type, separator } = place;
  const read = readCell(text, type, separator);
  if (!read.fits) {
    const kind = separator === null ? `of type ${type}` : `a list of type ${type}`;
    return `its column ${showName(column)} is not ${kind}`;
  }
  if (!Array.isArray(read.value) || read.value.length > 0 || separator === null)
    values.push([property, read.value]);
  return null;
}

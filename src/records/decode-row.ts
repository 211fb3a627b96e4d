import { isUtf8 } from 'node:buffer';
import type { ImportRow } from '../domain/import-job';
import type { Source } from '../domain/import-records';
import type { SplitRow } from './split-rows';

/** What a row says: what to send, or why it cannot be sent. */
export type DecodedRow = { row: ImportRow } | { malformed: string };

/** Reads a row: CSV cells by the columns, an empty cell leaving its property out; NDJSON as an object of properties. Mapped names become property slugs. */
export function decodeRow(source: Source, columns: string[], row: SplitRow, raw: Buffer): DecodedRow {
  if (row.malformed !== null) return { malformed: row.malformed };
  if (!isUtf8(raw)) return { malformed: 'not valid UTF-8' };
  const named = source.format === 'csv' ? namedCells(columns, row.cells) : namedValues(raw);
  return typeof named === 'string' ? { malformed: named } : toRow(named, source.mapping ?? {});
}

type Named = [name: string, value: unknown][];

function namedCells(columns: string[], cells: string[]): Named | string {
  if (cells.length !== columns.length) {
    return `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, expected ${columns.length} as in the header`;
  }
  return columns
    .map((name, index): [string, unknown] => [name, cells[index]])
    .filter(([, cell]) => cell !== '');
}

function namedValues(raw: Buffer): Named | string {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
    return 'not a JSON object';
  } catch {
    return 'not valid JSON'; // the parser's own message quotes the row
  }
}

function toRow(named: Named, mapping: Record<string, string>): DecodedRow {
  if (named.length === 0) return { malformed: 'has no value' };
  const renamed = named.map(([name, value]): [string, unknown] => [slugOf(name, mapping), value]);
  const properties = new Map(renamed);
  if (properties.size < renamed.length)
    return { malformed: 'two of its names are mapped to the same property' };
  return { row: { default: Object.fromEntries(properties) } };
}

/** The property slug for a column or name: as mapped, else the same. */
export function slugOf(name: string, mapping: Record<string, string>): string {
  return Object.hasOwn(mapping, name) ? (mapping[name] ?? name) : name;
}

import { extname } from 'node:path';
import { sourceFormats, type SourceFormat } from '../../core/pipeline/source-formats';
import { csv } from './csv/csv';
import { json } from './json/json';
import { ndjson } from './ndjson/ndjson';
import type { RowFormat } from './row-format';

/** Every format by name. To add one, add a file, a line here, and its name in `sourceFormats`. */
export const rowFormats: Record<SourceFormat, RowFormat> = { csv, ndjson, json };

/** The format that a file's name indicates, compressed or not; `csv` if it indicates none. */
export function formatByName(file: string): SourceFormat {
  const extension = extname(file.toLowerCase().replace(/\.gz$/, ''));
  return sourceFormats.find((name) => rowFormats[name].extensions.includes(extension)) ?? 'csv';
}

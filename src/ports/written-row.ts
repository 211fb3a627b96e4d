import type { ImportRow } from '../core/api/import-job';
import { jsonText, type JsonText } from './json-text';

/** A row as the JSON that is sent: its size is known, and its values take no memory of their own. */
export class WrittenRow {
  private constructor(readonly json: Buffer) {}

  /** The row of some values by property, as they stand. */
  static of(values: readonly (readonly [property: string, value: JsonText])[]): WrittenRow {
    const members = values.map(([property, value]) => `${jsonText(property)}:${value}`);
    return new WrittenRow(Buffer.from(`{"default":{${members.join(',')}}}`));
  }

  /** A row as `JSON.stringify` writes it. */
  static from(row: ImportRow): WrittenRow {
    return new WrittenRow(Buffer.from(JSON.stringify(row)));
  }

  /** The row as JavaScript reads it: to look at, since large numbers lose digits. */
  read(): ImportRow {
    return JSON.parse(this.json.toString('utf8')) as ImportRow;
  }
}

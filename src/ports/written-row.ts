import type { ImportRow } from '../core/api/import-job';
import { jsonText, type JsonText } from './json-text';

/** Values by property, as they stand. */
type Values = readonly (readonly [property: string, value: JsonText])[];

/**
 * A row as the JSON that is sent. It is written when it is asked for first: then its size is known, and its values take
 * no memory of their own. Who only looks at rows does not pay for it.
 */
export class WrittenRow {
  private constructor(private content: Buffer | Values | ImportRow) {}

  /** The row of some values by property, as they stand. */
  static of(values: Values): WrittenRow {
    return new WrittenRow(values);
  }

  /** A row as `JSON.stringify` writes it. */
  static from(row: ImportRow): WrittenRow {
    return new WrittenRow(row);
  }

  /** The bytes that are sent. Throws when the row cannot be written. */
  get json(): Buffer {
    if (!Buffer.isBuffer(this.content)) this.content = Buffer.from(this.write(this.content));
    return this.content;
  }

  /** The row as JavaScript reads it: to look at, since large numbers lose digits. */
  read(): ImportRow {
    return JSON.parse(this.json.toString('utf8')) as ImportRow;
  }

  /** What it reads of one property alone, if the row has it. */
  pick(property: string): Pick<ImportRow, 'default'> {
    const { content } = this;
    if (!isValues(content)) return this.read();
    const found = content.find(([name]) => name === property);
    return { default: found === undefined ? {} : Object.fromEntries([[property, JSON.parse(found[1])]]) };
  }

  private write(content: Values | ImportRow): string {
    if (!isValues(content)) return JSON.stringify(content);
    const members = content.map(([property, value]) => `${jsonText(property)}:${value}`);
    return `{"default":{${members.join(',')}}}`;
  }
}

const isValues = (content: Buffer | Values | ImportRow): content is Values => Array.isArray(content);

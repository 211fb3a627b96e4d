import type { ImportRow } from '../core/api/import-job';
import { jsonText, type JsonText } from './json-text';

/** Values by property, verbatim. */
type Values = readonly (readonly [property: string, value: JsonText])[];

/**
 * A row as the JSON to send. It is written on first use, so that its size is known and its values need no memory of
 * their own. Code that only inspects rows does not pay for it.
 */
export class WrittenRow {
  private constructor(private content: Buffer | Values | ImportRow) {}

  /** Creates a row from verbatim values by property. */
  static of(values: Values): WrittenRow {
    return new WrittenRow(values);
  }

  /** Creates a row as `JSON.stringify` writes it. */
  static from(row: ImportRow): WrittenRow {
    return new WrittenRow(row);
  }

  /** The bytes to send. Throws if the row cannot be written. */
  get json(): Buffer {
    if (!Buffer.isBuffer(this.content)) this.content = Buffer.from(this.write(this.content));
    return this.content;
  }

  /** The row as a JavaScript value, for inspection only, since large numbers lose digits. */
  read(): ImportRow {
    return JSON.parse(this.json.toString('utf8')) as ImportRow;
  }

  /** The same for one property, if the row has it. */
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

import type { Source } from '../../../core/pipeline/source';
import { addText, isPlain, targetOf } from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import { readJson } from '../../rows/read-cell';
import { lineFeed, takeLines, type SplitRow, type SplitRows } from '../../rows/split-rows';
import type { RowFormat } from '../row-format';

/** NDJSON: a JSON object a line, which names its own values. */
export const ndjson: RowFormat = {
  extensions: ['.ndjson', '.jsonl'],
  readHeader: null,
  splitRows: () => splitNdjson,
  readValues: ndjsonValues,
  noRows: () => ({ seen: 'no rows', accepted: 'a file with at least one row' }),
};

/** Rows of NDJSON: one a line. */
const splitNdjson: SplitRows = (bytes, last) => {
  const limit = last ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  const rows: SplitRow[] = [];
  takeLines(bytes, { from: 0, to: limit, limit }, rows);
  return { rows, used: limit };
};

/** Reads an object of properties. */
function ndjsonValues({ mapping = {} }: Source) {
  return (_row: SplitRow, raw: Buffer): RowValues => {
    const object = readObject(raw);
    if (typeof object === 'string') return object;
    const values: [string, unknown][] = [];
    for (const [name, value] of Object.entries(object)) {
      const target = targetOf(name, mapping);
      if (target === null) continue;
      if (typeof value !== 'string') values.push([target.property, value]);
      else if (value !== '' || isPlain(target)) {
        const problem = addText(values, target, name, value);
        if (problem !== null) return problem;
      }
    }
    const properties = new Set(values.map(([property]) => property));
    return properties.size < values.length ? 'two of its names are mapped to the same property' : values;
  };
}

function readObject(raw: Buffer): object | string {
  try {
    const value = readJson(raw.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    return 'not a JSON object';
  } catch (error) {
    return error instanceof RangeError ? 'nested too deeply' : 'not valid JSON'; // the parser's own message quotes the row
  }
}

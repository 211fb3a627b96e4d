import type { Source } from '../../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../../ports/batch-reader';
import { addText, isPlain, targetOf } from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import { excessOf, jsonExcess } from '../../rows/row-limits';
import { splitLines, type SplitRow, type SplitRows } from '../../rows/split-rows';
import type { RowFormat } from '../row-format';

/** NDJSON: a JSON object a line, which names its own values. */
export const ndjson: RowFormat = {
  extensions: ['.ndjson', '.jsonl'],
  readHeader: null,
  splitRows: () => splitNdjson,
  readValues: ndjsonValues,
  watch: () => ({ see: null, notes: () => ({ findings: [], warnings: [] }) }),
  destinations: ({ mapping = {} }) =>
    Object.keys(mapping).map((column) => ({ column, target: targetOf(column, mapping) })),
  noRows: () => ({ seen: 'no rows', accepted: 'a file with at least one row' }),
};

/** Rows of NDJSON: one a line. */
const splitNdjson: SplitRows = (bytes, last, most) =>
  splitLines(bytes, { last, most }, ({ end }) => ({ end, quoted: false }), 'broken');

/** Reads an object of properties. */
function ndjsonValues(
  { mapping = {} }: Source,
  _form: SourceForm,
  _columns: readonly string[],
  limits: RowLimits,
) {
  return (_row: SplitRow, raw: Buffer): RowValues => {
    const object = readObject(raw, limits);
    if (typeof object === 'string') return object;
    const values: [string, unknown][] = [];
    for (const [name, value] of Object.entries(object)) {
      const target = targetOf(name, mapping);
      if (target === null) continue;
      if (typeof value !== 'string') values.push([target.property, value]);
      else if (value !== '' || isPlain(target)) {
        const problem = excessOf(target, name, value, limits) ?? addText(values, target, name, value);
        if (problem !== null) return problem;
      }
    }
    const properties = new Set(values.map(([property]) => property));
    return properties.size < values.length ? 'two of its names are mapped to the same property' : values;
  };
}

function readObject(raw: Buffer, limits: RowLimits): object | string {
  const text = raw.toString('utf8');
  const excess = jsonExcess(text, limits);
  if (excess !== null) return excess;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    return 'not a JSON object';
  } catch {
    return 'not valid JSON'; // the parser's own message quotes the row
  }
}

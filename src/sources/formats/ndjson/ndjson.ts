import type { Source } from '../../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../../ports/batch-reader';
import { membersOf, textOf, type JsonText } from '../../../ports/json-text';
import {
  addText,
  addValue,
  isPlain,
  targetOf,
  textTarget,
  type ColumnTarget,
} from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import { behindBlanks } from '../../rows/blank';
import { givenTwice, inexactReason } from '../../rows/exact-value';
import type { FindLeftOut } from '../../rows/left-out';
import { lineEndsOf } from '../../rows/line-ends';
import { behindMarks } from '../../rows/row-mark';
import { excessOf, jsonExcess } from '../../rows/row-limits';
import { showName } from '../../rows/show-names';
import { splitLines, type SplitRow, type SplitRows } from '../../rows/split-rows';
import type { RowFormat } from '../row-format';
import { surelyHasValue } from './sure-value';
import { watchNames } from './watch-names';

/** NDJSON: one JSON object per line, which names its own values. */
export const ndjson: RowFormat = {
  extensions: ['.ndjson', '.jsonl'],
  readHeader: null,
  toLines: null,
  splitRows,
  readValues: ndjsonValues,
  leftOut: ({ rules }) => (rules === 1 ? null : emptyObjects),
  watch: watchNames,
  surelyHasValue,
  countCells: () => () => null,
  destinations: ({ mapping = {} }) =>
    Object.keys(mapping).map((column) => ({ column, target: targetOf(column, mapping) })),
  noRows: () => ({ seen: 'no rows', accepted: 'a file with at least one row' }),
};

/** Splits NDJSON into rows, one per line. */
function splitRows({ lineEnd }: SourceForm): SplitRows {
  const ends = lineEndsOf[lineEnd];
  return (bytes, last, most) =>
    splitLines(
      bytes,
      { last, most, ends },
      ({ end }) => ({ end, quoted: false }),
      () => 'broken',
    );
}

/** Finds objects without members, and blank lines. */
const emptyObjects: FindLeftOut = ({ start, end, malformed }, bytes) => {
  if (malformed !== null) return null;
  const at = behindBlanks(bytes, start, end);
  if (at === end) return 'empty';
  if (bytes[at] !== opener) return null;
  const closing = behindBlanks(bytes, at + 1, end);
  return bytes[closing] === closer && behindBlanks(bytes, closing + 1, end) === end ? 'empty' : null;
};

const [opener, closer] = [0x7b, 0x7d];

/** Reads an object of properties. */
function ndjsonValues(
  { mapping = {} }: Source,
  { rules }: SourceForm,
  _columns: readonly string[],
  limits: RowLimits,
) {
  const targets = new Map(Object.keys(mapping).map((name) => [name, targetOf(name, mapping)]));
  return (_row: SplitRow, raw: Buffer): RowValues => {
    const members = readMembers(rules === 2 ? raw.subarray(behindMarks(raw, 0)) : raw, limits);
    if (typeof members === 'string') return members;
    const names = new Set<string>();
    const values: [string, JsonText][] = [];
    for (const [nameText, value] of members) {
      const name = textOf(nameText);
      if (names.size === names.add(name).size) return repeated(name, mapping);
      const mapped = targets.get(name);
      const target = mapped === undefined ? textTarget(name) : mapped;
      if (target === null) continue;
      const problem = addMember(values, target, name, value, limits);
      if (problem !== null) return problem;
    }
    if (targets.size === 0) return values;
    const properties = new Set(values.map(([property]) => property));
    return properties.size < values.length ? 'two of its names are mapped to the same property' : values;
  };
}

/** The members of a row verbatim, or what is wrong with it. */
function readMembers(raw: Buffer, limits: RowLimits): [name: JsonText, value: JsonText][] | string {
  const text = raw.toString('utf8');
  const excess = jsonExcess(text, limits);
  if (excess !== null) return excess;
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return 'not valid JSON'; // the parser's own message quotes the row
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'not a JSON object';
  return membersOf(limits.exact ? text : JSON.stringify(row));
}

/** Adds a member's value. Returns what is wrong with it, or null. */
function addMember(
  values: [string, JsonText][],
  target: ColumnTarget,
  name: string,
  value: JsonText,
  limits: RowLimits,
): string | null {
  if (!isPlain(target) && value.startsWith('"')) {
    const text = textOf(value);
    if (text === '') return null;
    return excessOf(target, name, text, limits) ?? addText(values, target, name, text, limits);
  }
  if (limits.exact && !isPlain(target)) return addValue(values, target, name, value);
  values.push([target.property, value]);
  return limits.exact ? inexactReason(value) : null;
}

/** A name in a row is data, so it is shown only if the caller's mapping has it. */
const repeated = (name: string, mapping: NonNullable<Source['mapping']>): string =>
  Object.hasOwn(mapping, name) ? `its column ${showName(name)} is given twice` : givenTwice;

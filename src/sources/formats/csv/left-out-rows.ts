import { isUtf8 } from 'node:buffer';
import type { SourceForm } from '../../../ports/batch-reader';
import { blankBytesAt, isBlankRange, trimmed } from '../../rows/blank';
import type { FindLeftOut } from '../../rows/left-out';
import { isRecognisedHeader } from '../../rows/recognise-header';
import { behindMarks } from '../../rows/row-mark';
import type { SplitRow } from '../../rows/split-rows';
import { cellsOf } from './csv-values';
import { dialectOf } from './dialect';
import { behindQuotes } from './split-csv';

const quote = 0x22;

/** Finds rows without any value, and rows equal to the header, which is repeated where files were concatenated. */
export function csvLeftOut(form: SourceForm, header: readonly string[]): FindLeftOut | null {
  if (form.rules === 1) return null;
  const separator = Buffer.from(form.delimiter);
  const skips = form.repeatedHeaders === 'skip' && header.length > 0;
  const isHeader = skips ? headerFinder(form, header) : null;
  const isMovedHeader = skips && isRecognisedHeader(header, []) ? movedHeaderFinder(form, header) : null;
  return (row, bytes) => {
    if (row.malformed !== null) return null;
    if (isEmptyRow(bytes, row, separator)) return 'empty';
    if (isHeader?.(row, bytes) === true) return 'repeatedHeader';
    return isMovedHeader?.(row, bytes) === true ? 'movedHeader' : null;
  };
}

/**
 * Whether all cells of a row are blank, however many there are. Reads no further than the first byte that is not blank.
 */
function isEmptyRow(bytes: Buffer, { start, end, quoted }: SplitRow, separator: Buffer): boolean {
  let isCellStart = true;
  for (let at = behindMarks(bytes, start); at < end;) {
    if (bytes[at] === separator[0] && bytes.subarray(at, at + separator.length).equals(separator)) {
      at += separator.length;
      isCellStart = true;
    } else if (bytes[at] === quote && quoted && isCellStart) {
      const behind = behindQuotes(bytes, at, end);
      if (behind === -1 || !isBlankRange(bytes, at + 1, behind - 1)) return false;
      at = behind;
      isCellStart = false;
    } else {
      const length = blankBytesAt(bytes, at, end);
      if (length === 0) return false;
      isCellStart = false;
      at += length;
    }
  }
  return true;
}

/** How many bytes of the header to compare before a row is parsed. */
const comparedBytes = 8;

/**
 * Finds rows with the cells of the header, ignoring surrounding blanks and, if there are several cells, case. Parses
 * only rows that start like it.
 */
function headerFinder(
  form: SourceForm,
  header: readonly string[],
): (row: SplitRow, bytes: Buffer) => boolean {
  const comparable = (cell: string) => (header.length > 1 ? trimmed(cell).toLowerCase() : trimmed(cell));
  const names = header.map(comparable);
  const dialect = dialectOf(form);
  const beginning = Buffer.from(names.join(form.delimiter))
    .map(lowerCase)
    .filter(isCompared)
    .subarray(0, comparedBytes);
  const longest = names
    .filter((name) => !name.includes('"'))
    .reduce((one, other) => (other.length > one.length ? other : one), '');
  return (row, bytes) => {
    if (!beginsWith(bytes, row, beginning)) return false;
    const raw = bytes.subarray(row.start, row.end);
    if (!comparable(raw.toString('utf8')).includes(longest)) return false;
    const cells = cellsOf(dialect, row, raw, names.length + 1);
    if (cells.length !== names.length) return false;
    return cells.every((cell, index) => comparable(cell) === names[index]) && isUtf8(raw);
  };
}

/** Maximum bytes that blanks, quotes and capitals may add to each name of a reordered header. */
const addedToName = 6;

/** Finds rows with the names of the header in another order. Ignores rows that are much longer or shorter. */
function movedHeaderFinder(
  form: SourceForm,
  header: readonly string[],
): (row: SplitRow, bytes: Buffer) => boolean {
  const dialect = dialectOf(form);
  const names = header.map((name) => trimmed(name).toLowerCase()).sort();
  const shortest = Buffer.byteLength(names.join(form.delimiter));
  const longest = shortest + addedToName * names.length;
  const [name = ''] = names.toSorted((a, b) => b.length - a.length);
  return (row, bytes) => {
    const length = row.end - row.start;
    if (names.length < 2 || length < shortest || length > longest) return false;
    const raw = bytes.subarray(row.start, row.end);
    if (!raw.toString('utf8').toLowerCase().includes(name)) return false;
    const cells = cellsOf(dialect, row, raw, names.length + 1).map((cell) => trimmed(cell).toLowerCase());
    return cells.length === names.length && cells.sort().every((cell, index) => cell === names[index]);
  };
}

/** Whether a byte certainly does not belong to blanks or quotes around a cell. */
const isCompared = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== quote;

/** An ASCII letter in lower case. */
const lowerCase = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

function beginsWith(bytes: Buffer, { start, end }: SplitRow, beginning: Uint8Array): boolean {
  let matched = 0;
  for (let at = start; at < end && matched < beginning.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!isCompared(byte)) continue;
    if (lowerCase(byte) !== beginning[matched]) return false;
    matched += 1;
  }
  return matched === beginning.length;
}

import { lineEndTexts, noDelimiter, type LineEnd } from '../core/pipeline/source-formats';
import type { PlanRef } from '../core/pipeline/plan';
import type { BatchReader, PinnedSource, SourceForm } from '../ports/batch-reader';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** A byte order mark in UTF-8. */
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Most CR that belong to a line end before its LF. */
const mostReturns: Record<LineEnd, number> = { lf: 1, cr: 1, crcrlf: 2 };

/** A row without its line end, and the line end, which may be empty at the end of a file. */
export function cutLineEnd(raw: Uint8Array, lineEnd: LineEnd): { text: Buffer; end: Buffer } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let at = bytes.length;
  if (bytes[at - 1] === lineFeed) {
    at -= 1;
    for (let count = 0; count < mostReturns[lineEnd] && bytes[at - 1] === carriageReturn; count += 1) at -= 1;
  } else if (lineEnd === 'cr' && bytes[at - 1] === carriageReturn) at -= 1;
  return { text: bytes.subarray(0, at), end: bytes.subarray(at) };
}

/** The line end of a row that had none, so that what stands before it is read as it was. */
export function endAfter(text: Uint8Array, usual: Buffer, lineEnd: LineEnd): Buffer {
  const mayJoin = lineEnd !== 'cr' && text.at(-1) === carriageReturn;
  return mayJoin ? Buffer.from(`${'\r'.repeat(mostReturns[lineEnd])}\n`) : usual;
}

/** A text that says of itself that it is UTF-8. */
export async function* marked(text: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield byteOrderMark;
  yield* text;
}

/** The bytes without the byte order marks that they begin with. */
export function behindMarks(bytes: Buffer): Buffer {
  let rest = bytes;
  while (rest.subarray(0, 3).equals(byteOrderMark)) rest = rest.subarray(3);
  return rest;
}

/** What the files that are written like a source have in common with it. */
export interface SourceText {
  form: SourceForm;
  /** The cells of its header as they stand; empty in a format without. */
  columns: readonly string[];
  /** How its lines end. */
  end: Buffer;
  /**
   * What stands between cells. A comma for a file of one column, of which nobody has said what it is: whatever was
   * found by other rows may not be found again.
   */
  separator: string;
  /** A line that says so, where quotes in the header do not hide what else could be meant; else nothing. */
  hint: string;
  /** Whether cells need quotes for what may be taken for a delimiter: nobody has said what that is. */
  isRewritten: boolean;
  /** Whether it was in another encoding, or begins with a mark: then so do the files that are like it. */
  isMarked: boolean;
}

/** Looks at how the text of a source is written. */
export async function lookAtSource(
  batches: BatchReader,
  plan: PlanRef,
  { source, form, columns }: PinnedSource,
): Promise<SourceText> {
  const end = await usualEnd(batches, plan, form.lineEnd);
  // A source that is not read as its input says had a mark, which the lines of JSON have lost.
  const isOverruled = source.encoding !== undefined && !/^utf-?8$/i.test(source.encoding.trim());
  const isMarked = form.encoding !== 'utf-8' || isOverruled || (await beginsWithMark(batches, plan));
  const isOpen = columns.length === 1 && source.delimiter === undefined;
  const separator = isOpen || form.delimiter === noDelimiter ? ',' : form.delimiter;
  const isRewritten = columns.length === 1 && (isOpen || separator !== form.delimiter);
  const isUnsure = form.lenientQuotes && source.delimiter === undefined && columns.length > 1;
  const mayMislead = (isUnsure || isOpen) && columns.some((name) => /[,;\t|]/.test(name));
  const hint = mayMislead ? `sep=${separator}` : '';
  return { form, columns, end, separator, hint, isRewritten, isMarked };
}

/** Whether lines that may end with LF or CRLF do the one or the other, as the first row does. */
async function usualEnd(batches: BatchReader, plan: PlanRef, lineEnd: LineEnd): Promise<Buffer> {
  if (lineEnd === 'lf') {
    for await (const { raw } of batches.standing(plan, 1)) {
      const end = raw === null ? null : cutLineEnd(raw, lineEnd).end;
      if (end !== null && end.length > 0) return Buffer.from(end);
    }
  }
  return Buffer.from(lineEndTexts[lineEnd]);
}

async function beginsWithMark(batches: BatchReader, plan: PlanRef): Promise<boolean> {
  let head: Buffer = Buffer.alloc(0);
  for await (const piece of batches.line(plan, 0)) {
    head = Buffer.concat([head, piece.subarray(0, 3)]);
    if (head.length >= 3) break;
  }
  return head.subarray(0, 3).equals(byteOrderMark);
}

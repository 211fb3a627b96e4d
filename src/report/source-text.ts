import { lineEndTexts, noDelimiter, type LineEnd } from '../core/pipeline/source-formats';
import type { PlanRef } from '../core/pipeline/plan';
import type { BatchReader, PinnedSource, SourceForm } from '../ports/batch-reader';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** A byte order mark in UTF-8. */
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Maximum number of CRs before the LF of a line end. */
const mostReturns: Record<LineEnd, number> = { lf: 1, cr: 1, crcrlf: 2 };

/** Splits a row from its line end, which may be empty at the end of a file. */
export function cutLineEnd(raw: Uint8Array, lineEnd: LineEnd): { text: Buffer; end: Buffer } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let at = bytes.length;
  if (bytes[at - 1] === lineFeed) {
    at -= 1;
    for (let count = 0; count < mostReturns[lineEnd] && bytes[at - 1] === carriageReturn; count += 1) at -= 1;
  } else if (lineEnd === 'cr' && bytes[at - 1] === carriageReturn) at -= 1;
  return { text: bytes.subarray(0, at), end: bytes.subarray(at) };
}

/** The line end for a row without one, chosen so that the text before it is still read in the same way. */
export function endAfter(text: Uint8Array, usual: Buffer, lineEnd: LineEnd): Buffer {
  const mayJoin = lineEnd !== 'cr' && text.at(-1) === carriageReturn;
  return mayJoin ? Buffer.from(`${'\r'.repeat(mostReturns[lineEnd])}\n`) : usual;
}

/** A text with a byte order mark for UTF-8. */
export async function* marked(text: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield byteOrderMark;
  yield* text;
}

/** The bytes without byte order marks at their start. */
export function behindMarks(bytes: Buffer): Buffer {
  let rest = bytes;
  while (rest.subarray(0, 3).equals(byteOrderMark)) rest = rest.subarray(3);
  return rest;
}

/** What a file written like a source takes over from it. */
export interface SourceText {
  form: SourceForm;
  /** The header's cells verbatim; empty in a format without a header. */
  columns: readonly string[];
  /** The line end. */
  end: Buffer;
  /**
   * The delimiter. A comma for a file with one column whose delimiter was not given, since what some rows showed may
   * not be detected again from others.
   */
  separator: string;
  /** A line that states the delimiter, if quoting the header cannot exclude other candidates; else empty. */
  hint: string;
  /** Whether cells with possible delimiters need quotes, because the delimiter was not given. */
  isRewritten: boolean;
  /** Whether the source has another encoding or a byte order mark. If so, files like it have a mark. */
  isMarked: boolean;
}

/** Determines how the text of a source is written. */
export async function readSourceText(
  batches: BatchReader,
  plan: PlanRef,
  { source, form, columns }: PinnedSource,
): Promise<SourceText> {
  const end = await usualEnd(batches, plan, form.lineEnd);
  // If a source is not read as its input says, it had a mark, which the lines made from JSON have lost.
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

/** Whether lines that may end with LF or CRLF use one or the other, judged by the first row. */
async function usualEnd(batches: BatchReader, plan: PlanRef, lineEnd: LineEnd): Promise<Buffer> {
  if (lineEnd === 'lf') {
    for await (const { raw } of batches.rawRows(plan, 1)) {
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

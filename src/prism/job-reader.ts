import { JSONParser } from '@streamparser/json';
import type { ResultsTaker } from '../ports/import-api';
import { importJobSchema, rowResultSchema, type ImportJob, type RowResult } from '../core/api/import-job';
import { PrismError } from '../ports/prism-error';
import { describeIssue, malformed } from './answers';
import type { AnswerHead } from './http-answer';

/**
 * So much of a body may come without the end of a result in it: it is held. One result may quote a whole request, whose
 * limit is said to be 10 MB.
 */
const maxPieceBytes = 16 * 1024 * 1024;

/** A byte order mark in UTF-8. */
const mark = [0xef, 0xbb, 0xbf];

/**
 * Reads an import job from a body as it arrives: the results go to their taker, some at a time, and only the rest is
 * held. Throws a PrismError (`malformed`) like the reading of a whole body does, and for what cannot be read as a
 * stream: `results` that are there twice, since the first are gone already, and more than 16 MiB that are no result, or
 * a single one.
 */
export class JobReader {
  private readonly members = new Map<string, unknown>();
  private readonly parser = new JSONParser({ paths: ['$.*', '$.results.*'], keepStack: false });
  /** Results that nobody has taken yet; null when there is nothing to be told. */
  private fresh: RowResult[] | null = null;
  private heldBytes = 0;
  /** Bytes of a mark at the beginning that have come; null when no more can come. */
  private markBytes: number | null = 0;

  constructor(
    private readonly head: AnswerHead,
    private readonly taker: ResultsTaker,
  ) {
    keepByteOrderMarks(this.parser);
    this.parser.onValue = ({ value, key, parent, stack }) => {
      if (stack.length === 1) this.member(String(key), value);
      else if (Array.isArray(parent)) this.result(value, Number(key), parent);
    };
  }

  /** Takes in the next bytes, and waits until the taker is ready for more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.heldBytes += bytes.length;
    if (this.heldBytes > maxPieceBytes) {
      throw malformed(this.head, `it has ${maxPieceBytes} bytes without the end of a result`);
    }
    this.parse(this.withoutMark(bytes));
    if (this.fresh === null) return;
    const results = this.fresh;
    this.fresh = null;
    await this.taker.take(results);
  }

  /** The job without its results, once the whole body was taken in. */
  job(): ImportJob {
    if (!this.parser.isEnded) throw malformed(this.head, 'it is not JSON');
    const results = this.members.get('results');
    const isList = results === undefined || results === null || Array.isArray(results);
    this.members.delete('results');
    const job: unknown = Object.fromEntries(this.members);
    const checked = importJobSchema.safeParse(isList ? job : { ...(job as object), results });
    if (!checked.success) throw malformed(this.head, describeIssue(checked.error.issues[0]));
    return job as ImportJob;
  }

  /** The bytes without a mark at the very beginning, wherever the body was split. */
  private withoutMark(bytes: Uint8Array): Uint8Array {
    let at = 0;
    for (; this.markBytes !== null && at < bytes.length; at++) {
      if (bytes[at] !== mark[this.markBytes]) {
        if (this.markBytes > 0) throw malformed(this.head, 'it is not JSON');
        this.markBytes = null;
        break;
      }
      this.markBytes = this.markBytes + 1 < mark.length ? this.markBytes + 1 : null;
    }
    return at === 0 ? bytes : bytes.subarray(at);
  }

  private member(name: string, value: unknown): void {
    if (name === 'results') {
      this.assertFirstResults();
      if (Array.isArray(value)) this.fresh ??= []; // an empty list is told too
    }
    this.members.set(name, value);
  }

  private result(value: unknown, position: number, list: unknown[]): void {
    this.assertFirstResults();
    (this.fresh ??= []).push(this.checked(value, position));
    this.heldBytes = 0;
    list.length = 0; // the parser would keep it until the end of the list
  }

  private assertFirstResults(): void {
    if (this.members.has('results')) throw malformed(this.head, 'it has results twice');
  }

  private checked(value: unknown, position: number): RowResult {
    const checked = rowResultSchema.safeParse(value);
    if (checked.success) return value as RowResult;
    const [issue] = checked.error.issues;
    const path = ['results', position, ...(issue?.path ?? [])];
    throw malformed(this.head, describeIssue(issue && { ...issue, path }));
  }

  private parse(bytes: Uint8Array): void {
    try {
      this.parser.write(bytes);
    } catch (error) {
      throw error instanceof PrismError ? error : malformed(this.head, 'it is not JSON');
    }
  }
}

/**
 * The parser (0.0.26, pinned) drops byte order marks, also within a text, after blanks and between tokens, and there is
 * no setting for that: here it begins in the state after a mark, and decodes texts as they are.
 */
function keepByteOrderMarks(parser: JSONParser): void {
  const { tokenizer } = parser as unknown as {
    tokenizer: { state: number; bufferedString: { decoder: unknown } };
  };
  tokenizer.state = 0;
  tokenizer.bufferedString.decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

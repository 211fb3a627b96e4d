import type { ResultsTaker } from '../ports/import-api';
import {
  importJobSchema,
  rowResultSchema,
  withoutResults,
  type ImportJob,
  type RowResult,
} from '../core/api/import-job';
import { isTurnOver, nextTurn } from '../ports/give-way';
import { answerLimits } from './answer-limits';
import { describeIssue, malformed } from './answers';
import { ByteSink } from './byte-sink';
import type { AnswerHead } from './http-answer';
import { JsonShape, mark } from './json-shape';

/** How much is read before its results are passed on and others get a turn. */
const stepBytes = 16 * 1024;

const fatal = { fatal: true, ignoreBOM: true } as const;

/**
 * Reads an import job from a body as it arrives. Its results are parsed a few at a time and, once the body is longer
 * than `heldBytes`, passed to their taker; only the rest is kept. Throws a PrismError (`malformed`) for a violation of
 * the contract, as soon as {@link answerLimits} are exceeded, and for a second `results`, since those of the first may
 * be gone already.
 */
export class JobReader {
  /** Whether the results went to the taker. */
  isStreamed = false;
  /** The body without the results. */
  private readonly rest = new ByteSink();
  /** Results, starting with the first that is not parsed yet. */
  private readonly list = new ByteSink();
  private readonly decoder = new TextDecoder('utf-8', fatal);
  private readonly shape: JsonShape;
  private bytes = 0;
  /** Where the name of the job's next member starts in the rest. */
  private nameAt = 0;
  private name: string | null = null;
  private hasResults = false;
  private isListed = false;
  private inList = false;
  /** Number of complete results in `list`, and where the last of them ends. */
  private ended = 0;
  private endedAt = 0;
  private parsed = 0;
  /** Parsed results that have not been passed on. */
  private fresh: RowResult[] = [];
  private isAnnounced = false;
  /** Members besides the results, while the results are read. */
  private otherMembers = 0;

  constructor(
    private readonly head: AnswerHead,
    private readonly taker: ResultsTaker | null,
    private readonly heldBytes = 0,
  ) {
    this.shape = new JsonShape((seen) => malformed(head, seen));
  }

  /** Reads the next bytes, and waits until the taker is ready for more. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += stepBytes) {
      const step = bytes.subarray(at, at + stepBytes);
      this.bytes += step.length;
      this.scan(step);
      this.parseEnded();
      await this.handOn();
      if (isTurnOver()) await nextTurn();
    }
  }

  /** The job, after the whole body was read; without its results if they went to the taker. */
  job(): ImportJob {
    if (this.bytes === 0) throw malformed(this.head, 'it is not JSON, but empty');
    const job = this.parse(this.rest.view(0, this.rest.length), new TextDecoder('utf-8', { fatal: true }));
    const checked = importJobSchema.safeParse(job);
    if (!checked.success) throw malformed(this.head, describeIssue(checked.error.issues[0]));
    const known = job as ImportJob;
    if (this.isStreamed) return withoutResults(known);
    return this.isListed ? { ...known, results: this.fresh } : known;
  }

  private scan(bytes: Uint8Array): void {
    const { shape } = this;
    let from = 0;
    for (let at = shape.next(bytes, 0); at < bytes.length; at = shape.next(bytes, at + 1)) {
      const byte = bytes[at];
      if (!this.inList) {
        this.rest.append(bytes.subarray(from, at + 1));
        from = at + 1;
        if (shape.depth <= 2) this.follow(byte);
      } else if (shape.depth === 2 && byte === mark.comma) {
        this.ended += 1;
        this.endedAt = this.list.length + at - from;
        shape.members = 0;
      } else if (shape.depth === 1) {
        this.list.append(bytes.subarray(from, at));
        from = at;
        this.endList();
      }
    }
    (this.inList ? this.list : this.rest).append(bytes.subarray(from));
    this.assertLength(this.rest.length, 'restBytes', 'bytes besides its results');
  }

  /** Tracks the position in the job's structure. */
  private follow(byte: number | undefined): void {
    const { shape, rest } = this;
    if (!shape.isObject(1)) return;
    if (shape.depth === 1 && byte === mark.colon) {
      this.name = this.parseName(rest.view(this.nameAt, rest.length - 1));
      if (this.name !== 'results') return;
      if (this.hasResults) throw malformed(this.head, 'it has results twice');
      this.hasResults = true;
    } else if (shape.depth === 1) {
      this.nameAt = rest.length;
      this.name = null;
    } else if (byte === mark.openList && this.name === 'results') {
      this.inList = true;
      this.isListed = true;
      this.otherMembers = shape.members;
      shape.members = 0;
    }
  }

  private parseName(bytes: Uint8Array): string | null {
    try {
      return String(JSON.parse(this.decoder.decode(bytes)));
    } catch {
      return null; // parsing the rest will fail too
    }
  }

  private parseEnded(): void {
    if (this.ended > 0) {
      this.addResults(this.list.view(0, this.endedAt), this.ended);
      this.list.drop(this.endedAt + 1);
      this.ended = 0;
    }
    this.assertLength(this.list.length, 'resultBytes', 'bytes without the end of a result');
  }

  private endList(): void {
    const text = this.list.view(0, this.list.length);
    const isEmpty = this.parsed + this.ended === 0 && text.every((byte) => byte <= 0x20);
    this.addResults(text, isEmpty ? 0 : this.ended + 1);
    this.list.drop(this.list.length);
    this.ended = 0;
    this.inList = false;
    this.shape.members = this.otherMembers;
  }

  private addResults(bytes: Uint8Array, count: number): void {
    const list = this.parse(bytes, this.decoder, ['[', ']']);
    if (!Array.isArray(list) || list.length !== count) throw malformed(this.head, 'it is not JSON');
    for (const value of list) this.fresh.push(this.checked(value, this.parsed++));
  }

  private async handOn(): Promise<void> {
    if (this.taker === null || this.bytes <= this.heldBytes) return;
    this.isStreamed = true;
    const results = this.fresh;
    if (results.length === 0 && (!this.isListed || this.isAnnounced)) return;
    this.fresh = [];
    this.isAnnounced = true; // for an empty list too
    await this.taker.take(results);
  }

  private checked(value: unknown, position: number): RowResult {
    const checked = rowResultSchema.safeParse(value);
    if (checked.success) return value as RowResult;
    const [issue] = checked.error.issues;
    const path = ['results', position, ...(issue?.path ?? [])];
    throw malformed(this.head, describeIssue(issue && { ...issue, path }));
  }

  private parse(
    bytes: Uint8Array,
    decoder: InstanceType<typeof TextDecoder>,
    [before, after] = ['', ''],
  ): unknown {
    try {
      return JSON.parse(before + decoder.decode(bytes) + after);
    } catch {
      throw malformed(this.head, 'it is not JSON');
    }
  }

  private assertLength(length: number, limit: 'restBytes' | 'resultBytes', what: string): void {
    if (length > answerLimits[limit]) {
      throw malformed(this.head, `it has more than ${answerLimits[limit]} ${what}`);
    }
  }
}

import { JSONParser } from '@streamparser/json';
import type { ResultsTaker } from '../domain/import-api';
import { importJobSchema, rowResultSchema, type ImportJob, type RowResult } from '../domain/import-job';
import { describeIssue, malformed, type AnswerHead } from './answers';
import { PrismError } from './errors';

/**
 * Reads an import job from a body as it arrives: the results go to their taker, some at a time, and only the rest is held. Throws a PrismError
 * (`malformed`) like the reading of a whole body does.
 */
export class JobReader {
  private readonly members = new Map<string, unknown>();
  private readonly parser = new JSONParser({ paths: ['$.*', '$.results.*'], keepStack: false });
  private readonly text = new TextDecoder('utf-8', { fatal: true });
  private fresh: RowResult[] = [];

  constructor(
    private readonly head: AnswerHead,
    private readonly taker: ResultsTaker,
  ) {
    this.parser.onValue = ({ value, key, parent, stack }) => {
      if (stack.length === 1) this.members.set(String(key), value);
      else if (Array.isArray(parent)) {
        this.fresh.push(this.checked(value, Number(key)));
        // The parser would keep it until the end of the list.
        parent.length = 0;
      }
    };
  }

  /** Takes in the next bytes, and waits until the taker is ready for more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.guarded(() => {
      this.text.decode(bytes, { stream: true });
      this.parser.write(bytes);
    });
    if (this.fresh.length === 0) return;
    const results = this.fresh;
    this.fresh = [];
    await this.taker.take(results);
  }

  /** The job without its results, once the whole body was taken in. */
  job(): ImportJob {
    this.guarded(() => this.text.decode());
    if (!this.parser.isEnded) throw malformed(this.head, 'it is not JSON');
    const results = this.members.get('results');
    const isList = results === undefined || results === null || Array.isArray(results);
    this.members.delete('results');
    const job: unknown = Object.fromEntries(this.members);
    const checked = importJobSchema.safeParse(isList ? job : { ...(job as object), results });
    if (!checked.success) throw malformed(this.head, describeIssue(checked.error.issues[0]));
    return job as ImportJob;
  }

  private checked(value: unknown, position: number): RowResult {
    const checked = rowResultSchema.safeParse(value);
    if (checked.success) return value as RowResult;
    const [issue] = checked.error.issues;
    const path = ['results', position, ...(issue?.path ?? [])];
    throw malformed(this.head, describeIssue(issue && { ...issue, path }));
  }

  private guarded(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      throw error instanceof PrismError ? error : malformed(this.head, 'it is not JSON');
    }
  }
}

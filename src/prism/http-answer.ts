import type { ImportJob } from '../core/api/import-job';

/** An answer, whatever its status. */
export interface HttpAnswer {
  /** Method and path, for messages. */
  request: string;
  status: number;
  /** What has read the body of a 2xx, or null. `job` throws a PrismError (`malformed`) for what is no job. */
  reader: { job(): ImportJob; readonly isStreamed: boolean } | null;
  /** The body of any other answer; empty when there was none that could be read. */
  errorBody: Buffer;
  /** `x-request-id`, or null. */
  requestId: string | null;
  serverTime: string | null;
  retryAfterMs: number | null;
}

/** What is known of an answer before its body has come. */
export type AnswerHead = Pick<HttpAnswer, 'request' | 'status' | 'requestId' | 'retryAfterMs'>;

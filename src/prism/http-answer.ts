import type { ImportJob } from '../core/api/import-job';

/** An answer, whatever its status. */
export interface HttpAnswer {
  /** Method and path, for messages. */
  request: string;
  status: number;
  /** Empty when an answer other than 2xx had none that could be read, and when it was `large`. */
  body: Buffer;
  /** What has read a large 2xx body as it came, or null. `job` throws a PrismError (`malformed`) for what is no job. */
  large: { job(): ImportJob } | null;
  /** `x-request-id`, or null. */
  requestId: string | null;
  serverTime: string | null;
  retryAfterMs: number | null;
}

/** What is known of an answer before its body has come. */
export type AnswerHead = Pick<HttpAnswer, 'request' | 'status' | 'requestId' | 'retryAfterMs'>;

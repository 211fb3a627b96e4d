/** Takes in the body of a 2xx as it arrives. */
export interface BodyReader {
  write(bytes: Uint8Array): Promise<void>;
}

/** An answer, whatever its status. */
export interface HttpAnswer<R = unknown> {
  /** Method and path, for messages. */
  request: string;
  status: number;
  /** What has read the body of a 2xx, or null. */
  reader: R | null;
  /** The body of any other answer; empty when there was none that could be read. */
  errorBody: Buffer;
  /** `x-request-id`, or null. */
  requestId: string | null;
  serverTime: string | null;
  retryAfterMs: number | null;
}

/** What is known of an answer before its body has come. */
export type AnswerHead = Pick<HttpAnswer, 'request' | 'status' | 'requestId' | 'retryAfterMs'>;

/** Reads the body of a 2xx as it arrives. */
export interface BodyReader {
  write(bytes: Uint8Array): Promise<void>;
}

/** An answer with any status. */
export interface HttpAnswer<R = unknown> {
  /** Method and path, for messages. */
  request: string;
  status: number;
  /** The reader of a 2xx's body, or null. */
  reader: R | null;
  /** The body of any other answer; empty if it could not be read. */
  errorBody: Buffer;
  /** `x-request-id`, or null. */
  requestId: string | null;
  serverTime: string | null;
  retryAfterMs: number | null;
}

/** The facts of an answer before its body arrives. */
export type AnswerHead = Pick<HttpAnswer, 'request' | 'status' | 'requestId' | 'retryAfterMs'>;

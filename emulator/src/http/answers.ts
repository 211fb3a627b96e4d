/**
 * One thing wrong with a request, as the API lists them: a path such as `.body.objects[0].default`, a text, a
 * validator's code.
 */
export interface FieldError {
  field: string;
  message: string;
  code: string;
}

/** An error of the API, without the request id that its envelope also carries. */
interface ApiError {
  code: string;
  message: string;
  errors?: FieldError[];
  details?: unknown;
}

/**
 * How an error is wrapped: the documented envelope, the flat form of the gateway and of older guides, or not at all,
 * with an empty body.
 */
type Envelope = 'standard' | 'flat' | 'empty';

/** What to send back, before it is bound to a request. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent in its envelope, in place of a body. */
  error?: ApiError;
  /** Default: the documented one. */
  envelope?: Envelope;
}

/** An answer with a JSON body. */
export const ok = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});

/**
 * An answer that carries an error. The code words other than `invalid_request` are the emulator's: the API documents
 * none for these statuses.
 */
export const refuse = (status: number, code: string, message: string): Answer => ({
  status,
  error: { code, message },
});

/** 400 with the list of what is wrong. */
export const invalidRequest = (errors: FieldError[]): Answer => ({
  status: 400,
  error: { code: 'invalid_request', message: 'Request validation failed', errors },
});

/** The body to send: the answer's own, or the error in its envelope with the id of this request. */
export function bodyOf(answer: Answer, requestId: string): unknown {
  if (answer.error === undefined) return answer.body;
  const { code, message, errors, details } = answer.error;
  if (answer.envelope === 'empty') return undefined;
  if (answer.envelope === 'flat') return { message };
  const more = { ...(errors && { errors }), ...(details !== undefined && { details }) };
  return { error: { code, message, request_id: requestId, ...more } };
}

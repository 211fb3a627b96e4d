/**
 * One problem of a request, as the API lists them: a path such as `.body.objects[0].default`, a text, a validator's
 * code.
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

/** The envelope of an error: the documented one, the flat form of the gateway and of older guides, or an empty body. */
type Envelope = 'standard' | 'flat' | 'empty';

/** A response that is not yet bound to a request. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent in its envelope, instead of a body. */
  error?: ApiError;
  /** Default: the documented envelope. */
  envelope?: Envelope;
}

/** An answer with a JSON body. */
export const ok = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});

/**
 * An error response. The code words other than `invalid_request` are the emulator's own, because the API documents none
 * for these statuses.
 */
export const refuse = (status: number, code: string, message: string): Answer => ({
  status,
  error: { code, message },
});

/** 400 with the list of problems. */
export const invalidRequest = (errors: FieldError[]): Answer => ({
  status: 400,
  error: { code: 'invalid_request', message: 'Request validation failed', errors },
});

/** The body to send: the answer's own, or its error in an envelope with the request's id. */
export function bodyOf(answer: Answer, requestId: string): unknown {
  if (answer.error === undefined) return answer.body;
  const { code, message, errors, details } = answer.error;
  if (answer.envelope === 'empty') return undefined;
  if (answer.envelope === 'flat') return { message };
  const more = { ...(errors && { errors }), ...(details !== undefined && { details }) };
  return { error: { code, message, request_id: requestId, ...more } };
}

/** Temporal is not set up as we need it. The message tells the user what was tried, what happened and how to fix it. */
export class TemporalProblem extends Error {
  override name = 'TemporalProblem';
}

/** The gRPC codes that this folder distinguishes (grpc/status, "Status codes and their use"). */
export const grpcCode = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

/** The gRPC status code that an error or one of its causes carries, or null. */
export function grpcCodeOf(error: unknown): number | null {
  for (let seen = error; seen instanceof Error; seen = seen.cause) {
    if ('code' in seen && typeof seen.code === 'number') return seen.code;
  }
  return null;
}

/**
 * The innermost message. Temporal's client wraps the server's words; the worker's connection has them as the message.
 */
export function rootMessage(error: unknown): string {
  let text = String(error);
  for (let seen = error; seen instanceof Error; seen = seen.cause) {
    text =
      'details' in seen && typeof seen.details === 'string' && seen.details !== ''
        ? seen.details
        : seen.message;
  }
  return text;
}

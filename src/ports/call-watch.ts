/** A call to the API: its purpose and destination, without any id. */
export interface PrismCall {
  operation: 'status' | 'launch';
  method: 'GET' | 'POST';
  /** The path as a template, like `/v2/prism/{teamId}/imports/{jobId}`. */
  route: string;
  /** Host and port of the API. */
  host: string;
  port: number;
}

/** Observes one call. Its methods must not throw. */
export interface CallWatch {
  /**
   * The request is being sent, after waiting for its turn. Never called if it cannot be sent at all, and called again
   * if it is repeated with another key.
   */
  sent(): void;
  /** An answer was received completely. */
  answered(status: number): void;
  /** The call has ended; `error` is what it throws, or null. */
  ended(error: unknown): void;
}

/** Creates a watch at the start of every call. */
export type WatchCall = (call: PrismCall) => CallWatch;

/** Observes nothing. */
export const watchNothing: WatchCall = () => ({ sent: () => {}, answered: () => {}, ended: () => {} });

/** Combines watches. The first to see the start of a call is the last to see its end. */
export const watchWithAll =
  (watches: readonly WatchCall[]): WatchCall =>
  (call) => {
    const begun = watches.map((watch) => watch(call));
    return {
      sent: () => begun.forEach((each) => each.sent()),
      answered: (status) => begun.forEach((each) => each.answered(status)),
      ended: (error) => [...begun].reverse().forEach((each) => each.ended(error)),
    };
  };

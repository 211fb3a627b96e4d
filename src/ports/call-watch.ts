/** A call to the API: what it is for and where it goes, without any id. */
export interface PrismCall {
  operation: 'status' | 'launch';
  method: 'GET' | 'POST';
  /** The path as a template, like `/v2/prism/{teamId}/imports/{jobId}`. */
  route: string;
  /** Host and port of the API. */
  host: string;
  port: number;
}

/** Is told how one call goes. Its methods must not throw. */
export interface CallWatch {
  /**
   * The request is being made: its turn has come. Never called when it cannot be made at all; again when it is made
   * again with another key.
   */
  sent(): void;
  /** An answer came and was read to its end. */
  answered(status: number): void;
  /** The call is over; `error` is what it throws, or null. */
  ended(error: unknown): void;
}

/** Is asked for a watch at the beginning of every call. */
export type WatchCall = (call: PrismCall) => CallWatch;

/** Watches nothing. */
export const watchNothing: WatchCall = () => ({ sent: () => {}, answered: () => {}, ended: () => {} });

/** Watches with all of them; the first to be told of the beginning is the last to be told of the end. */
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

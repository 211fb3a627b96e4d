/** A notice to send to a webhook that an operator has configured. */
export interface OutgoingNotice {
  /** The name under which the webhook is configured. */
  webhook: string;
  /** The same for every attempt, so that the receiver can recognise a repetition. Printable ASCII. */
  id: string;
  /** JSON. */
  body: string;
}

/** Sends notices to webhooks. */
export interface NoticeSender {
  /**
   * Makes one attempt. Rejects with a {@link NoticeError} unless the receiver has accepted the notice, and with the
   * signal's reason if it is aborted.
   */
  send(notice: OutgoingNotice, signal: AbortSignal): Promise<void>;
}

/**
 * Why a notice was not delivered. The message names the webhook and what was seen, but never an address, a header, a
 * secret or the receiver's answer.
 */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';

  constructor(
    message: string,
    /**
     * `unknown`: no webhook of this name is configured. `gone`: the receiver wants no more notices. `failed`: anything
     * else; a retry may succeed.
     */
    readonly kind: 'unknown' | 'gone' | 'failed',
    /** The wait that the receiver requested, in milliseconds, or null. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** A sender without any configured webhook. */
export const noWebhooks: NoticeSender = {
  send: ({ webhook }) =>
    Promise.reject(
      new NoticeError(
        `no webhook is configured on this worker, so there is no ${webhook}: set PRISM_WEBHOOKS`,
        'unknown',
      ),
    ),
};

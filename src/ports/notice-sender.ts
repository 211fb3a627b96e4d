/** A notice on its way to a webhook that an operator has configured. */
export interface OutgoingNotice {
  /** The name under which the webhook is configured. */
  webhook: string;
  /** The same at each try: the receiver tells by it what it has had already. Printable ASCII. */
  id: string;
  /** JSON. */
  body: string;
}

/** Brings notices to webhooks. */
export interface NoticeSender {
  /**
   * One try. Rejects with a {@link NoticeError} unless the receiver has taken it, and with the signal's reason when
   * that is aborted.
   */
  send(notice: OutgoingNotice, signal: AbortSignal): Promise<void>;
}

/**
 * Why a notice was not delivered. The message names webhook and what was seen, never an address, a header, a secret or
 * what the receiver said.
 */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';

  constructor(
    message: string,
    /**
     * `unknown`: no webhook of this name is configured. `gone`: the receiver wants no more of them. `failed`: anything
     * else, which another try may cure.
     */
    readonly kind: 'unknown' | 'gone' | 'failed',
    /** The wait that the receiver asked for, in milliseconds, or null. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** A sender for whom no webhook is configured. */
export const noWebhooks: NoticeSender = {
  send: ({ webhook }) =>
    Promise.reject(
      new NoticeError(
        `no webhook is configured on this worker, so there is no ${webhook}: set PRISM_WEBHOOKS`,
        'unknown',
      ),
    ),
};

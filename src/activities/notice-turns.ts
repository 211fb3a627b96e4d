/**
 * Maximum number of notices that a worker sends concurrently, in total and per webhook, of its 50 activities on that
 * queue. Receivers that hang must not delay files, nor one of them the others.
 */
const [noticesAtOnce, ofOneWebhook] = [20, 5];

/** Assigns turns to send, so that slow receivers do not use up a worker. */
export class NoticeTurns {
  private readonly sending = new Map<string, number>();

  /** A turn, as the function that releases it; null if none is free. */
  take(webhook: string): (() => void) | null {
    const own = this.sending.get(webhook) ?? 0;
    const all = [...this.sending.values()].reduce((sum, count) => sum + count, 0);
    if (own >= ofOneWebhook || all >= noticesAtOnce) return null;
    this.sending.set(webhook, own + 1);
    return () => {
      const left = (this.sending.get(webhook) ?? 1) - 1;
      if (left > 0) this.sending.set(webhook, left);
      else this.sending.delete(webhook);
    };
  }
}

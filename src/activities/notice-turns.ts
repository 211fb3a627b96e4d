/**
 * Notices that a worker sends at once, of its 50 activities on that queue: receivers that hang must not keep files
 * waiting, nor one of them the others.
 */
const [noticesAtOnce, ofOneWebhook] = [20, 5];

/** Who may send, so that slow receivers do not use up a worker. */
export class NoticeTurns {
  private readonly sending = new Map<string, number>();

  /** A turn, to be given back; null when there is none at present. */
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

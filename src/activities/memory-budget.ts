/** A share of a budget, until released. */
export interface Lease {
  /** Reduces the share to at most this many bytes. */
  shrink(bytes: number): void;
  release(): void;
}

/** Limits the memory, in bytes, of all concurrent holders of large data. Serves them in order of arrival. */
export class MemoryBudget {
  private free: number;
  private readonly waiting: { bytes: number; take: () => void }[] = [];

  constructor(bytes: number) {
    this.free = bytes;
  }

  /** Waits for a share, of at most the whole budget. Returns null if the signal is aborted first. */
  lease(bytes: number, signal: AbortSignal): Promise<Lease | null> {
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        resolve(null);
        this.serve();
      };
      const take = () => {
        signal.removeEventListener('abort', giveUp);
        this.free -= bytes;
        resolve(this.leaseOf(bytes));
      };
      const entry = { bytes, take };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(entry);
      this.serve();
    });
  }

  private leaseOf(bytes: number): Lease {
    let held = bytes;
    const shrink = (to: number) => {
      if (to >= held) return;
      this.free += held - to;
      held = to;
      this.serve();
    };
    return { shrink, release: () => shrink(0) };
  }

  private serve(): void {
    for (let next = this.waiting[0]; next !== undefined && next.bytes <= this.free; next = this.waiting[0]) {
      this.waiting.shift();
      next.take();
    }
  }
}

/** Some of a budget, until it is given back. */
export interface Lease {
  /** Keeps no more than so many bytes of it. */
  shrink(bytes: number): void;
  release(): void;
}

/** Bytes that all who hold something large at once have together. Whoever comes first is served first. */
export class MemoryBudget {
  private free: number;
  private readonly waiting: { bytes: number; take: () => void }[] = [];

  constructor(bytes: number) {
    this.free = bytes;
  }

  /** A part of it, no more than the whole; null when it is not to be had in time. */
  lease(bytes: number, waitMs: number): Promise<Lease | null> {
    return new Promise((resolve) => {
      const entry = {
        bytes,
        take: () => {
          clearTimeout(timer);
          this.free -= bytes;
          resolve(this.leaseOf(bytes));
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        resolve(null);
        this.serve();
      }, waitMs);
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

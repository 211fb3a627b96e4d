/** Counts the requests of each key in each second of the emulator's clock. */
export class RateLimit {
  private second = -1;
  private readonly used = new Map<string, number>();

  constructor(private readonly requestsPerSecond: number) {}

  /** Takes one request at a time in milliseconds; the seconds to wait when there is none left in this second, else null. */
  take(key: string, now: number): number | null {
    if (this.requestsPerSecond === Infinity) return null;
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used.clear();
    }
    const used = this.used.get(key) ?? 0;
    if (used >= this.requestsPerSecond) return 1;
    this.used.set(key, used + 1);
    return null;
  }
}

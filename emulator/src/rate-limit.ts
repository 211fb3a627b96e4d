import type { EmulatorSettings } from './settings';

/** Counts the requests of each key in each second and each calendar month (UTC) of the emulator's clock. */
export class RateLimit {
  private second = -1;
  private readonly inSecond = new Map<string, number>();
  private month = '';
  private readonly inMonth = new Map<string, number>();

  constructor(private readonly limits: Pick<EmulatorSettings, 'requestsPerSecond' | 'requestsPerMonth'>) {}

  /**
   * Counts a request at a time in milliseconds. If the limit is reached, returns the seconds to wait and does not count
   * it; else returns null.
   */
  take(key: string, now: number): number | null {
    this.turn(now);
    const { requestsPerSecond, requestsPerMonth } = this.limits;
    if ((this.inMonth.get(key) ?? 0) >= requestsPerMonth) return secondsToNextMonth(now);
    if ((this.inSecond.get(key) ?? 0) >= requestsPerSecond) return 1;
    this.count(key, now);
    return null;
  }

  /** Counts a request that was accepted, or one from an earlier run. */
  count(key: string, now: number): void {
    this.turn(now);
    this.inSecond.set(key, (this.inSecond.get(key) ?? 0) + 1);
    this.inMonth.set(key, (this.inMonth.get(key) ?? 0) + 1);
  }

  /** Resets all counts. */
  clear(): void {
    this.inSecond.clear();
    this.inMonth.clear();
  }

  private turn(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.second) return;
    this.second = second;
    this.inSecond.clear();
    const month = new Date(now).toISOString().slice(0, -'-01T00:00:00.000Z'.length);
    if (month === this.month) return;
    this.month = month;
    this.inMonth.clear();
  }
}

function secondsToNextMonth(now: number): number {
  const date = new Date(now);
  return Math.ceil((Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - now) / 1000);
}

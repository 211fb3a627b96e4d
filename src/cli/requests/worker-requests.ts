import type { Config } from '../../config/config';
import { rootMessage } from '../../temporal/problem';

/** The requests that a worker has counted this month; or why this is unknown, and which address was tried, if any. */
export type SpentRequests = CountedRequests | { unknown: string; address: string | null };

/** The requests that a worker has counted, as reported at `nowMs`. */
export interface CountedRequests {
  spent: number;
  /** The key's monthly quota, as configured at the worker. */
  quota: number;
  /**
   * When it started to count: at the start of the month or its own start. Null if an older worker does not report it.
   */
  sinceMs: number | null;
  nowMs: number;
  /** The address of its metrics. */
  address: string;
}

/** Timeout in milliseconds; a local worker answers at once. */
const metricsLimitMs = 3000;

/** Reads how many of the month's requests are spent, from a worker that serves metrics at our configured address. */
export async function spentRequests({
  metricsAddress: address,
  requestsPerMonth,
}: Pick<Config, 'metricsAddress' | 'requestsPerMonth'>): Promise<SpentRequests> {
  if (address === null) return { unknown: 'PRISM_METRICS_ADDRESS is not set here', address };
  const reachable = address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1');
  try {
    const answer = await fetch(`http://${reachable}/metrics`, {
      signal: AbortSignal.timeout(metricsLimitMs),
    });
    const text = await answer.text();
    const spent = valueOf(text, 'prism_api_requests_this_month');
    if (spent === null) return { unknown: `no prism-imports worker answers at ${address}`, address };
    const quota = valueOf(text, 'prism_api_quota_requests') ?? requestsPerMonth;
    const since = valueOf(text, 'prism_api_requests_since_seconds');
    return { spent, quota, sinceMs: since === null ? null : since * 1000, nowMs: Date.now(), address };
  } catch (error) {
    return { unknown: `asking ${address} for metrics: ${rootMessage(error)}`, address };
  }
}

/** The value of a gauge with a single series, or null. */
function valueOf(text: string, name: string): number | null {
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return value === undefined || Number.isNaN(Number(value)) ? null : Number(value);
}

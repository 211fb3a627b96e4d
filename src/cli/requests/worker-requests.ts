import type { Config } from '../../config/config';
import { rootMessage } from '../../temporal/problem';

/** What a worker has counted of this month's requests; or why nobody knows, and where one was asked, if anywhere. */
export type SpentRequests = CountedRequests | { unknown: string; address: string | null };

/** Requests that a worker has counted, as it tells at `nowMs`. */
export interface CountedRequests {
  spent: number;
  /** Requests a month that the key may make, as the worker was told. */
  quota: number;
  /** When it began to count: with the month or with its start. Null when a worker of an older version does not tell. */
  sinceMs: number | null;
  nowMs: number;
  /** Where it serves its metrics. */
  address: string;
}

/** A worker beside us answers at once, in milliseconds. */
const metricsLimitMs = 3000;

/** How many of the month's requests are spent, as the worker says whose metrics are served where ours would be. */
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

/** The value of a gauge that has one series, or null. */
function valueOf(text: string, name: string): number | null {
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return value === undefined || Number.isNaN(Number(value)) ? null : Number(value);
}

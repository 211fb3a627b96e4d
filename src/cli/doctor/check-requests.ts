import type { Config } from '../../config/config';
import { rootMessage } from '../../temporal/problem';
import { judgeRequests, type SpentRequests } from './judge-requests';
import type { Finding } from './findings';

/** A worker beside us answers at once, in milliseconds. */
const metricsLimitMs = 3000;

/** How many of the month's requests are spent, as the worker says whose metrics are served where ours would be. */
export async function requestsFinding({ metricsAddress, requestsPerMonth }: Config): Promise<Finding> {
  if (metricsAddress === null)
    return judgeRequests({ unknown: 'PRISM_METRICS_ADDRESS is not set here' }, null);
  return judgeRequests(await spentRequests(metricsAddress, requestsPerMonth), metricsAddress);
}

async function spentRequests(address: string, requestsPerMonth: number): Promise<SpentRequests> {
  const reachable = address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1');
  try {
    const answer = await fetch(`http://${reachable}/metrics`, {
      signal: AbortSignal.timeout(metricsLimitMs),
    });
    const text = await answer.text();
    const spent = valueOf(text, 'prism_api_requests_this_month');
    if (spent === null) return { unknown: `no worker of ours answers at ${address}` };
    const quota = valueOf(text, 'prism_api_quota_requests') ?? requestsPerMonth;
    return { spent, quota, nowMs: Date.now() };
  } catch (error) {
    return { unknown: `asking ${address} for metrics: ${rootMessage(error)}` };
  }
}

/** The value of a gauge that has one series, or null. */
function valueOf(text: string, name: string): number | null {
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return value === undefined || Number.isNaN(Number(value)) ? null : Number(value);
}

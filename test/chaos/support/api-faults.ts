import type { Rule } from 'prism-emulator';
import type { ApiFault } from './plan';

/** The team whose imports the run launches itself: failing launches are a matter of the caller, not of trackers. */
export const loadTeam = 'load';

const hourMs = 3_600_000;

/** What each fault does to a request. */
const deeds: Record<ApiFault, Rule> = {
  'rate-limited': { respond: { status: 429, headers: { 'retry-after': '2' } } },
  'error-500': { respond: { status: 500, body: { error: { code: 'boom', message: 'No' } } } },
  'error-503': { respond: { status: 503 } },
  'error-after-work': { alter: { status: 502 } },
  'reset-before': { respond: 'reset-before' },
  'reset-after': { respond: 'reset-after' },
  hang: { respond: 'hang' },
  slow: { send: { delay: '3s', spread: '3s' } },
  'cut-short': { send: { cut: 0.5 } },
  truncated: { alter: { truncate: 0.5 } },
  'no-json': { respond: { status: 200, body: '<html>' } },
  'unknown-status': { alter: { fields: { status: 'pondering' } } },
  'date-ahead': { alter: {} },
  'date-behind': { alter: {} },
};

/** A fault as rules: for every status request, and for launches of pipelines. */
export function rulesOf(fault: ApiFault, when: { until?: string; probability: number }): Rule[] {
  const byDate = { 'date-ahead': 24 * hourMs, 'date-behind': -24 * hourMs }[fault as string];
  const deed =
    byDate === undefined
      ? deeds[fault]
      : { alter: { headers: { date: new Date(Date.now() + byDate).toUTCString() } } };
  return [
    { operation: 'status', ...when, ...deed },
    // If a launch that is answered at once had an unknown status, the API itself would not report the result.
    ...(fault === 'unknown-status'
      ? []
      : [{ operation: 'import' as const, path: `^/v2/prism/(?!${loadTeam}/)`, ...when, ...deed }]),
  ];
}

/** Permanent faults: about one request in five. */
export const usualFaults: Rule[] = (
  ['rate-limited', 'error-503', 'error-after-work', 'reset-before', 'reset-after', 'truncated'] as const
).flatMap((fault) => rulesOf(fault, { probability: 0.04 }));

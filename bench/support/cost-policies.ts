/**
 * A way to wait for an import: a workflow of `workflows.ts`, called with the import (and further fields in the same
 * object) and these settings.
 */
export interface CostPolicy {
  name: string;
  workflow: string;
  more?: object;
  settings: unknown[];
}

/** The policies to compare: the tracker, the loop that people write first, and the way with the fewest events. */
export const costPolicies: readonly CostPolicy[] = [
  // The others do not return row results either.
  { name: 'trackImport', workflow: 'trackImport', more: { results: 'omitted' }, settings: [] },
  { name: 'timer loop, every 5 s', workflow: 'waitByTimers', settings: [5000] },
  // Temporal's defaults: after 1 s, then doubled each time, up to 100 s.
  { name: 'activity retries, default policy', workflow: 'waitByRetries', settings: [{}] },
  // Polls as often as the loop, to measure the cost of a poll without that of an import.
  {
    name: 'trackImport, every 5 s',
    workflow: 'trackImport',
    more: {
      results: 'omitted',
      polling: { initialInterval: '5s', maximumInterval: '5s', jitter: 0, adaptive: false },
    },
    settings: [],
  },
];

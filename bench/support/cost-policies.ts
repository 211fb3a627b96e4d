/**
 * A way to wait for an import: a workflow of `workflows.ts`, which gets the import, with more in the same object, and
 * these settings.
 */
export interface CostPolicy {
  name: string;
  workflow: string;
  more?: object;
  settings: unknown[];
}

/** What is compared: the tracker, the loop that people write first, and the way that needs the fewest events. */
export const costPolicies: readonly CostPolicy[] = [
  // The others do not pass the rows' results on either.
  { name: 'trackImport', workflow: 'trackImport', more: { results: 'omitted' }, settings: [] },
  { name: 'timer loop, every 5 s', workflow: 'waitByTimers', settings: [5000] },
  // Temporal's defaults: after 1 s, then twice as long each time, up to 100 s.
  { name: 'activity retries, default policy', workflow: 'waitByRetries', settings: [{}] },
  // As often as the loop: what a poll costs, without what an import costs at all.
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

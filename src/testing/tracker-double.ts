import { createRequire } from 'node:module';
import type * as serving from './serve';
import type { ServedAt, ServingWorker } from './serve';
import type * as scripted from './scripted-imports';
import type { PolledImport, TrackerDoubleEnd } from './scripted-imports';

/**
 * Loads modules only when needed: an emulator alone loads nothing of Temporal's. Jest does not accept `import()` here.
 */
const load = createRequire(__filename);

/** What {@link startTrackerDouble} serves. */
export interface TrackerDoubleOptions extends ServedAt {
  /** How every import ends, or a function that decides for each. */
  end: TrackerDoubleEnd | ((polled: PolledImport) => TrackerDoubleEnd);
}

/**
 * Starts a worker whose trackers end as you say, without an API, to test a workflow that starts `trackImport`. It runs
 * the real tracker, so input, signals, queries, updates and outcomes are those of production; only the API's answers
 * are made up. A time-skipping server skips the wait; on a development server it takes as long as `after`.
 *
 * @example
 * import { TestWorkflowEnvironment } from '@temporalio/testing';
 * import { startTrackerDouble } from 'prism-imports/testing';
 *
 * const env = await TestWorkflowEnvironment.createTimeSkipping();
 * const double = await startTrackerDouble({
 *   connection: env.nativeConnection,
 *   end: ({ jobId }) => (jobId === 'bad' ? { status: 'failed', after: '2h' } : { status: 'complete', after: '3m' }),
 * });
 */
export function startTrackerDouble({ end, ...at }: TrackerDoubleOptions): Promise<ServingWorker> {
  const { serve } = load('./serve') as typeof serving;
  const { scriptedImports } = load('./scripted-imports') as typeof scripted;
  const endOf = typeof end === 'function' ? end : () => end;
  return serve(at, { api: scriptedImports(endOf), store: null, sources: [] });
}

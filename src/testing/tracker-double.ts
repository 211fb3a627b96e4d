import { createRequire } from 'node:module';
import type * as serving from './serve';
import type { ServedAt, ServingWorker } from './serve';
import type * as told from './told-imports';
import type { AskedImport, ToldEnd } from './told-imports';

/** Not before it is needed: an emulator alone loads nothing of Temporal's. Jest takes no `import()` here. */
const load = createRequire(__filename);

/** What {@link startTrackerDouble} serves. */
export interface TrackerDoubleOptions extends ServedAt {
  /** How every import ends, or each. */
  end: ToldEnd | ((asked: AskedImport) => ToldEnd);
}

/**
 * A worker whose trackers end as told, without any API: for tests of a parent that launches `trackImport`. It is the
 * tracker itself, so input, signals, queries, updates and outcomes are those of production; only what the API would
 * answer is told. A time-skipping server skips the wait; under a development server it takes as long as `after` says.
 *
 * @example
 * const env = await TestWorkflowEnvironment.createTimeSkipping();
 * const double = await startTrackerDouble({
 *   connection: env.nativeConnection,
 *   end: ({ jobId }) => (jobId === 'bad' ? { status: 'failed', after: '2h' } : { status: 'complete', after: '3m' }),
 * });
 */
export function startTrackerDouble({ end, ...at }: TrackerDoubleOptions): Promise<ServingWorker> {
  const { serve } = load('./serve') as typeof serving;
  const { toldImports } = load('./told-imports') as typeof told;
  const endOf = typeof end === 'function' ? end : () => end;
  return serve(at, { api: toldImports(endOf), store: null, sources: [] });
}

import fc from '../../support/properties';
import { newBatchInFlight, newProgress } from '../../../src/core/pipeline/progress';
import { maxDetailsLength } from '../../../src/core/details/markdown';
import { failureTypes } from '../../../src/core/failures';
import { batchImportStatuses } from '../../../src/core/pipeline/report';
import { evidences, problemCodes } from '../../../src/core/tracker/outcome';
import {
  pipelineDetails,
  type PipelineEnd,
  type PipelineView,
} from '../../../src/core/details/pipeline-details';
import { parsePolling } from '../../../src/core/tracker/polling';
import { noRows } from '../../../src/core/pipeline/row-totals';
import { refusedDetails, trackerDetails, type TrackerView } from '../../../src/core/details/tracker-details';
import { markdownTree } from '../../support/markdown-tree';
import { startMs, stateOf } from '../support/tracker-state';

/**
 * Texts as an enemy would write them, some very long. They begin with a letter, since an empty one is shown as a dash.
 */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '```',
        '|',
        '\\',
        '\n\n',
        '\n# ',
        '\n- ',
        '](http://x.example)',
        '![',
        '<img src=x>',
        '**',
      ),
      fc.constantFrom(
        '{workflowId}',
        '$$',
        '<!--',
        '\ud800',
        '\u202e',
        'http://x.example',
        '𝄞'.repeat(500),
        '%',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => `x${parts.join('')}`);

const number = fc.oneof(fc.constant(null), fc.maxSafeInteger());
const job = fc.record({
  status: fc.oneof(fc.constant('processing'), hostile),
  total: number,
  processed: number,
  succeeded: number,
  failed: number,
  expires_at: fc.constantFrom('2026-03-08T12:00:00.000Z', null),
});
const error = fc.record({ code: hostile, message: hostile });
const resultsRef = fc.option(fc.record({ uri: hostile, rows: fc.nat(), bytes: fc.nat(), sha256: hostile }));
const failure = fc.record({ type: fc.oneof(fc.constantFrom(...failureTypes), hostile), message: hostile });
const problem = fc.record({
  code: fc.constantFrom(...problemCodes),
  message: hostile,
  since: fc.constant('2026-03-01T12:00:40.000Z'),
});

const trackerEnd: fc.Arbitrary<TrackerView['end']> = fc.oneof(
  fc.constant(null),
  fc.record({
    status: fc.constantFrom('complete' as const, 'failed' as const),
    job: fc.tuple(job, error).map(([seen, why]) => ({ ...seen, error: why })),
    resultsRef,
    resultsOmitted: fc.boolean(),
  }),
  fc.record({
    status: fc.constant('expired' as const),
    lastSeen: fc.constant(null),
    evidence: fc.constantFrom(...evidences),
    message: fc.constant('m'),
  }),
  fc.record({
    status: fc.constant('timed_out' as const),
    lastSeen: fc.constant(null),
    problem: fc.constant(null),
  }),
  fc.record({ status: fc.constantFrom('error' as const, 'cancelled' as const), failure }),
);

const trackerView: fc.Arbitrary<TrackerView> = fc.record({
  ids: fc.record({ teamId: hostile, jobId: hostile }),
  state: fc
    .record({
      job: fc.option(job),
      problem: fc.option(problem),
      polls: fc.nat(),
      lastPollAtMs: fc.constantFrom(null, startMs + 60_000),
    })
    .map((facts) => stateOf(facts)),
  polling: fc
    .option(fc.integer({ min: 1 }), { nil: undefined })
    .map((most) => parsePolling(most === undefined ? {} : { maximumPolls: most })),
  phase: fc.constantFrom('waiting', 'polling', 'delivering', 'done'),
  end: trackerEnd,
  undelivered: fc.nat(),
  nowMs: fc.integer({ min: startMs, max: startMs + 1e10 }),
});

const totals = fc.nat().map((n) => ({ rows: n, created: n, updated: n, existing: n, failed: n, unknown: n }));
const inFlight = fc
  .record({ doing: hostile, problem: fc.option(hostile), jobId: hostile })
  .map(({ jobId, ...facts }) => ({
    ...newBatchInFlight(1),
    ...facts,
    following: { range: null, jobId, submittedAt: '2026-03-01T12:00:00.000Z', trackerId: jobId },
  }));
const reportFacts = {
  totals,
  reportUri: hostile,
  resultsFileUri: hostile,
  failedRowsUri: fc.option(hostile),
  brokenRowsUri: fc.option(hostile),
  refusedTogether: fc.nat(),
};
const report = fc.record(reportFacts).map((facts) => ({
  imports: [],
  importsOmitted: false,
  importsByStatus: {},
  reportNdjsonUri: '',
  summaryUri: '',
  warnings: [],
  ...facts,
}));
const pipelineEnd: fc.Arbitrary<PipelineEnd | null> = fc.oneof(
  fc.constant(null),
  fc.record({ status: fc.constant('done' as const), report }),
  fc.record({ status: fc.constant('failed' as const), failure, stopping: fc.boolean() }),
  fc.record({ status: fc.constant('cancelled' as const), stopping: fc.boolean() }),
);

const pipelineView: fc.Arbitrary<PipelineView> = fc
  .record({
    teamId: hostile,
    uri: hostile,
    warnings: fc.array(hostile, { maxLength: 6 }),
    batchesInFlight: fc.array(inFlight, { maxLength: 100 }),
    recent: fc.array(fc.record({ batch: fc.nat(), statuses: fc.subarray([...batchImportStatuses]) }), {
      maxLength: 5,
    }),
    totals,
    end: pipelineEnd,
    nowMs: fc.integer({ min: startMs, max: startMs + 1e10 }),
  })
  .map(({ teamId, uri, warnings, batchesInFlight, recent, totals: sums, end, nowMs }) => ({
    request: {
      teamId,
      objectType: 'organization',
      source: { uri, format: 'csv' },
      options: {},
      batchSize: 1e5,
      maxConcurrentImports: 100,
      maxExtraRequests: 200,
    },
    progress: {
      ...newProgress(undefined),
      phase: 'importing',
      planned: {
        plan: { uri, bytes: 1, sha256: '', headerBytes: 1, lineBytes: 1, rows: 1e9, batches: 1e6 },
        launchKey: 'k',
        warnings,
      },
      totals: sums,
      ended: Object.fromEntries(batchImportStatuses.map((status) => [status, 1e6])),
      batchesInFlight: new Map(
        batchesInFlight.map((each, index) => [index + 1, { ...each, batch: index + 1 }]),
      ),
      statistics: {
        requests: 1e6,
        rateFrom: { atMs: startMs - 1000, rows: 0 },
        recent: recent.map((each) => ({ ...noRows(), ...sums, ...each })),
      },
    },
    end,
    nowMs,
  }));

/** The same view with every hostile text replaced by a harmless one: what was meant to be shown. */
const harmless = <T>(view: T): T =>
  view instanceof Map
    ? (new Map([...view].map(([key, value]) => [key, harmless(value as unknown)])) as T)
    : Array.isArray(view)
      ? (view.map((each: unknown) => harmless(each)) as T)
      : typeof view === 'object' && view !== null
        ? (Object.fromEntries(
            Object.entries(view).map(([key, value]) => [key, harmless(value as unknown)]),
          ) as T)
        : typeof view === 'string' && view.startsWith('x')
          ? ('x' as T)
          : view;

const isBounded = (text: string) =>
  expect(encodeURIComponent(text).length).toBeLessThanOrEqual(maxDetailsLength);

test('the details of a tracker fit into a URL, whatever it has seen, and no text in them is markup', async () => {
  await fc.assert(
    fc.asyncProperty(trackerView, async (view) => {
      const text = trackerDetails(view);
      isBounded(text);
      expect(await markdownTree(text)).toBe(await markdownTree(trackerDetails(harmless(view))));
    }),
  );
});

test('the details of a pipeline fit into a URL, whatever it imports, and no text in them is markup', async () => {
  await fc.assert(
    fc.asyncProperty(pipelineView, async (view) => {
      const text = pipelineDetails(view);
      isBounded(text);
      expect(await markdownTree(text)).toBe(await markdownTree(pipelineDetails(harmless(view))));
    }),
  );
});

test('the details of a workflow that did not begin fit into a URL, and no text in them is markup', async () => {
  await fc.assert(
    fc.asyncProperty(failure, async (why) => {
      const text = refusedDetails('trackImport', why);
      isBounded(text);
      expect(await markdownTree(text)).toBe(await markdownTree(refusedDetails('trackImport', harmless(why))));
    }),
  );
});

import { failureAdvice } from '../../../src/core/details/advice';
import type { BatchInFlight } from '../../../src/core/pipeline/carried-state';
import type { ImportRecordsRequest } from '../../../src/core/pipeline/input';
import { batchImportStatuses, type ImportReport } from '../../../src/core/pipeline/report';
import { maxDetailsLength } from '../../../src/core/details/markdown';
import { newBatchInFlight, newProgress, type PipelineProgress } from '../../../src/core/pipeline/progress';
import { pipelineDetails, type PipelineView } from '../../../src/core/details/pipeline-details';
import { newStatistics } from '../../../src/core/pipeline/statistics';
import { noRows } from '../../../src/core/pipeline/row-totals';
import { startMs } from '../support/tracker-state';

const request: ImportRecordsRequest = {
  teamId: 'team',
  objectType: 'deal',
  source: { uri: 'file:///in|put.csv', format: 'csv' },
  options: {},
  batchSize: 1000,
  maxConcurrentImports: 4,
  maxExtraRequests: 200,
};
const plan = { uri: '', bytes: 1, sha256: '', headerBytes: 1, lineBytes: 1, rows: 10_251, batches: 11 };
const following = { range: null, jobId: 'job-3', submittedAt: '2026-03-01T12:00:00.000Z', trackerId: 't' };

const progressOf = (facts: Partial<PipelineProgress> = {}): PipelineProgress => ({
  ...newProgress(undefined),
  phase: 'importing',
  planned: { plan, launchKey: 'k', warnings: [] },
  ...facts,
});

const byNumber = (...batches: BatchInFlight[]) => new Map(batches.map((each) => [each.batch, each]));

const shown = (view: Partial<PipelineView> = {}) =>
  pipelineDetails({ progress: progressOf(), request, end: null, nowMs: startMs + 4000, ...view });

/** Without the hard spaces that keep things apart. */
const details = (view: Partial<PipelineView> = {}) => shown(view).replaceAll('\u00a0', '').trimEnd();

test('a pipeline that reads its source says so', () => {
  const text = details({ progress: newProgress(undefined) });
  expect(text).toContain('**Reading the source**');
  expect(text).toContain(
    '| Import | of deal records of team `team` |\n| :--- | :--- |\n| Source | `file:///in¦put.csv` |',
  );
});

test('a running pipeline shows how far it is, how fast over all batches, and what each batch is at', () => {
  const recent = [
    { ...noRows(), batch: 2, rows: 1000, created: 998, existing: 2, statuses: ['complete' as const] },
  ];
  const progress = progressOf({
    totals: { ...noRows(), rows: 2000, created: 1998, existing: 2 },
    finished: 2,
    ended: { complete: 2 },
    batchesInFlight: byNumber(
      { ...newBatchInFlight(3), following, doing: 'waiting for its tracker' },
      { ...newBatchInFlight(4), doing: 'try 2 at 12:00:05 UTC', problem: 'PrismRateLimited: HTTP 429' },
    ),
    statistics: { requests: 7, rateFrom: { atMs: startMs, rows: 0 }, recent },
  });
  expect(details({ progress })).toBe(`**Importing**, about 15 s left

████░░░░░░░░░░░░░░░░ 19 %

| Import | of deal records of team \`team\` |
| :--- | :--- |
| Source | \`file:///in¦put.csv\` |
| Rows | 2,000 of 10,251: 1,998 created, 2 existing |
| Batches | 2 of 11 finished, 2 in flight, 7 to come |
| Imports | 2 complete |
| Speed | 500 rows/s, over all batches |
| Estimated end | 2026-03-01 12:00:18 UTC |
| Likely between | 2026-03-01 12:00:16 UTC and 2026-03-01 12:00:20 UTC |
| Requests | at least 7, of the key's 1,000 a month |

**In flight**

| Batch | Job | Current step |
| :--- | :--- | :--- |
| 4 | – | \`try 2 at 12:00:05 UTC\`: \`PrismRateLimited: HTTP 429\` |
| 3 | \`job-3\` | \`waiting for its tracker\` |

**Finished last**

| Batch | Import | Rows | Outcomes |
| :--- | :--- | :--- | :--- |
| 2 | complete | 1,000 | 998 created, 2 existing |

As of 2026-03-01 12:00:04 UTC. What each line means: docs/inspecting.md`);
});

test('of a hundred batches in flight those with a problem are shown, and how many others there are', () => {
  const batchesInFlight = Array.from({ length: 100 }, (_, index) => newBatchInFlight(index + 1));
  batchesInFlight[98] = { ...newBatchInFlight(99), problem: 'Timeout: its worker died' };
  const text = details({ progress: progressOf({ batchesInFlight: byNumber(...batchesInFlight) }) });
  expect(text).toContain('| 99 | – |');
  expect(text).toContain('and 92 more');
});

test('the largest details still fit into a URL', () => {
  const long = '𝄞"|'.repeat(400);
  const batchesInFlight = Array.from({ length: 100 }, (_, index) => ({
    ...newBatchInFlight(99_900 + index),
    following: { ...following, jobId: long },
    doing: long,
    problem: long,
  }));
  const million = { rows: 1e6, created: 1e6, updated: 1e6, existing: 1e6, failed: 1e6, unknown: 1e6 };
  const recent = [1, 2, 3, 4, 5].map((batch) => ({ ...million, batch, statuses: [...batchImportStatuses] }));
  const progress = progressOf({
    planned: {
      plan: { ...plan, rows: 1e9, batches: 1e6 },
      launchKey: 'k',
      warnings: Array<string>(9).fill(long),
    },
    totals: million,
    ended: Object.fromEntries(batchImportStatuses.map((status) => [status, 1e6])),
    batchesInFlight: byNumber(...batchesInFlight),
    statistics: { requests: 1e6, rateFrom: { atMs: startMs, rows: 0 }, recent },
  });
  const text = shown({
    progress,
    request: { ...request, teamId: long, source: { ...request.source, uri: long } },
  });
  const { length } = encodeURIComponent(text);
  expect(length).toBeLessThanOrEqual(maxDetailsLength);
  expect(length).toBeGreaterThan(maxDetailsLength * 0.8);
});

test('warnings are shown, a few of them', () => {
  const warnings = ['one | column', 'two', 'three', 'four', 'five'];
  const text = details({ progress: progressOf({ planned: { plan, launchKey: 'k', warnings } }) });
  expect(text).toContain('Warning: `one ¦ column`');
  expect(text).not.toContain('four');
  expect(text).toContain('and 2 more warnings');
});

test('a part that could not be sent is settled all the same', () => {
  const recent = [{ ...noRows(), batch: 1, statuses: ['not_started' as const] }];
  const text = details({ progress: progressOf({ statistics: { ...newStatistics(), recent } }) });
  expect(text).toContain('| 1 | not started | 0 | – |');
});

const ofRelease010: ImportReport = {
  totals: { ...noRows(), rows: 14, created: 7, failed: 5, unknown: 2 },
  imports: [],
  importsOmitted: false,
  importsByStatus: {},
  reportUri: 'file:///report.csv',
  reportNdjsonUri: 'file:///report.ndjson',
  summaryUri: 'file:///summary.json',
  failedRowsUri: 'file:///failed.csv',
  warnings: [],
};
const report: ImportReport = {
  ...ofRelease010,
  resultsFileUri: 'file:///results.csv',
  brokenRowsUri: 'file:///broken.ndjson',
  refusedTogether: 4,
};

test.each<{ what: string; view: Partial<PipelineView>; texts: string[] }>([
  {
    what: 'a pipeline whose rows were not all imported',
    view: { end: { status: 'done', report } },
    texts: [
      '**Done, but 5 rows failed, and the outcome of 2 rows is unknown**',
      '| Report | `file:///report.csv` |',
      '| Rows with their ids | `file:///results.csv` |',
      '| Failed rows | `file:///failed.csv` |',
      '| Broken rows | `file:///broken.ndjson` |',
      '| Refused together | 4 of the 5 failed rows',
      'What to do: find the reasons in the report',
    ],
  },
  {
    what: 'a pipeline whose rows were all imported',
    view: {
      end: {
        status: 'done',
        report: { ...report, totals: { ...noRows(), rows: 1, created: 1 }, failedRowsUri: null },
      },
    },
    texts: ['**Done**\n', '| Report |'],
  },
  {
    what: 'a pipeline whose report is of 0.1.0',
    view: { end: { status: 'done', report: ofRelease010 } },
    texts: ['| Report | `file:///report.csv` |\n| Failed rows | `file:///failed.csv` |\n\n'],
  },
  {
    what: 'a pipeline that fails',
    view: {
      end: { status: 'failed', failure: { type: 'SourceInvalid', message: 'changed' }, stopping: true },
    },
    texts: [
      '**Ended by a failure: stopping its trackers**',
      '`SourceInvalid`: `changed`',
      failureAdvice.SourceInvalid,
    ],
  },
  {
    what: 'a cancelled pipeline',
    view: { end: { status: 'cancelled', stopping: false } },
    texts: ['**Cancelled**', 'Imports that were started continue'],
  },
])('$what says how it ended', ({ view, texts }) => {
  const text = details({ progress: progressOf({ phase: 'done' }), ...view });
  for (const each of texts) expect(text).toContain(each);
});

test.each([
  ['the report is being written', 'reporting', '**Writing the report**'],
  ['it is done', 'done', '**Done**'],
] as const)('the headline says when %s', (_when, phase, text) => {
  expect(details({ progress: progressOf({ phase }) })).toContain(text);
});

import type { CarriedPipeline, BatchInFlight } from '../../../src/core/pipeline/carried-state';
import { carriedPipelineSchema } from '../../../src/core/pipeline/carried-state';
import type { ImportRecordsRequest } from '../../../src/core/pipeline/input';
import {
  finishBatch,
  firstTrouble,
  halvesOf,
  newBatchInFlight,
  newProgress,
  rangeLabel,
  pipelineState,
} from '../../../src/core/pipeline/progress';
import { newStatistics } from '../../../src/core/pipeline/statistics';
import { noRows } from '../../../src/core/pipeline/row-totals';

const request: ImportRecordsRequest = {
  teamId: 'team',
  objectType: 'deal',
  source: { uri: 'file:///a.csv', format: 'csv' },
  options: {},
  batchSize: 10,
  maxConcurrentImports: 4,
  maxExtraRequests: 200,
};
const plan = { uri: 'file:///p', bytes: 1, sha256: '', headerBytes: 1, lineBytes: 1, rows: 30, batches: 3 };
const planned = { plan, launchKey: 'k', warnings: ['columns without a mapping: a | b'] };
const carried: CarriedPipeline = {
  planned,
  next: 3,
  lanes: [],
  heard: [],
  totals: noRows(),
  ended: {},
  finished: 0,
  keyWorked: true,
  searches: 0,
};
const notStarted: BatchInFlight['ended'][number] = {
  range: null,
  jobId: null,
  status: 'not_started',
  polls: 0,
  message: null,
  resultsRef: null,
  withoutResult: 'failed',
};

test('a pipeline that has not planned yet says so', () => {
  const progress = newProgress(undefined);
  expect(pipelineState(progress, request)).toEqual({
    phase: 'planning',
    objectType: 'deal',
    rows: null,
    batches: { total: null, started: 0, finished: 0 },
    processed: 0,
    warnings: [],
    inFlight: [],
    stuck: false,
  });
});

test('a pipeline is stuck while something keeps every batch in flight from being launched', () => {
  const progress = newProgress(carried);
  const following = { jobId: 'j', submittedAt: '2026-11-23T09:00:00.000Z', trackerId: 't' };
  const problem = (since: string) => ({ code: 'rate_limited' as const, message: '429', since });
  for (const batch of [1, 2]) progress.batchesInFlight.set(batch, newBatchInFlight(batch));
  const tried = { attempt: 2, nextTryAt: '2026-11-23T09:01:00.000Z' };
  const [early, late] = [problem('2026-11-23T09:00:00.000Z'), problem('2026-11-23T09:00:30.000Z')];
  progress.launching.set(1, { ...tried, problem: late }).set(2, { ...tried, problem: early });
  expect(firstTrouble(progress)).toBe(early);
  expect(pipelineState(progress, request)).toMatchObject({
    inFlight: [
      { batch: 1, jobId: null, ...tried, problem: late },
      { batch: 2, jobId: null, ...tried, problem: early },
    ],
    stuck: true,
  });
  progress.batchesInFlight.set(3, { ...newBatchInFlight(3), following });
  const state = pipelineState(progress, request);
  expect(state.stuck).toBe(false);
  expect(state.inFlight?.[2]).toEqual({ batch: 3, jobId: 'j', attempt: 1, problem: null, nextTryAt: null });
});

test('batches on their way are started, those that are settled are finished too and count their rows', () => {
  const following = { range: null, jobId: 'j|1', submittedAt: '2026-11-23T09:00:00.000Z', trackerId: 't' };
  const lanes = [newBatchInFlight(1), { ...newBatchInFlight(2), following, doing: 'a | b' }];
  const progress = newProgress({ ...carried, lanes });
  const [first] = progress.batchesInFlight.values();
  if (first === undefined) throw new Error('no batch in flight');
  first.ended.push(notStarted);
  finishBatch(progress, first, { ...noRows(), rows: 10, failed: 10 });
  expect(pipelineState(progress, request)).toMatchObject({
    rows: 30,
    batches: { total: 3, started: 2, finished: 1 },
    processed: 10,
    warnings: planned.warnings,
  });
  expect(progress.ended).toEqual({ not_started: 1 });
});

test('what one run hands over, the next one takes in whole', () => {
  const following = {
    range: { from: 0, to: 5 },
    jobId: 'j',
    submittedAt: '2026-11-23T09:00:00.000Z',
    trackerId: 't',
  };
  const inFlight: BatchInFlight = {
    ...newBatchInFlight(2),
    todo: [{ from: 5, to: 10 }],
    following,
    ended: [notStarted],
  };
  const rateFrom = { atMs: 5, rows: 10 };
  const recent = [{ ...noRows(), batch: 1, statuses: ['complete' as const] }];
  const story = { requests: 3, rateFrom, recent };
  const receivedEnds = [{ ...notStarted, jobId: 'x' }];
  const state = { ...carried, lanes: [inFlight], ended: { complete: 1 }, heard: receivedEnds, story };
  const sent: unknown = JSON.parse(JSON.stringify(state));
  const { heard, ...rest } = carriedPipelineSchema.parse(sent);
  expect(heard).toMatchObject([{ jobId: 'x', status: 'not_started' }]);
  expect(rest).toEqual({ ...carried, lanes: [inFlight], ended: { complete: 1 }, heard: undefined, story });
  expect(newProgress({ ...rest, heard }).statistics).toEqual(story);
});

test.each([
  {
    range: null,
    rows: 5,
    halves: [
      { from: 0, to: 3 },
      { from: 3, to: 5 },
    ],
  },
  {
    range: { from: 3, to: 5 },
    rows: 2,
    halves: [
      { from: 3, to: 4 },
      { from: 4, to: 5 },
    ],
  },
  { range: { from: 3, to: 4 }, rows: 1, halves: null },
])('$rows rows of $range are halved into $halves', ({ range, rows, halves }) => {
  expect(halvesOf(range, rows)).toEqual(halves);
});

test('a run of a version that kept no statistics begins them', () => {
  expect(newProgress(carriedPipelineSchema.parse(carried)).statistics).toEqual(newStatistics());
});

test('a part of a batch has a name of its own', () => {
  expect([rangeLabel(12, null), rangeLabel(12, { from: 0, to: 500 })]).toEqual(['12', '12.0-500']);
});

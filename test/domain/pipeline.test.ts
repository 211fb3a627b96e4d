import type { CarriedPipeline, Lane } from '../../src/domain/carried-pipeline';
import { carriedPipelineSchema } from '../../src/domain/carried-pipeline';
import type { ImportRecordsRequest } from '../../src/domain/import-records';
import {
  finishLane,
  halvesOf,
  newLane,
  newProgress,
  partName,
  pipelineState,
} from '../../src/domain/pipeline';
import { pipelineDetails } from '../../src/domain/pipeline-details';
import { noRows } from '../../src/domain/row-totals';

const request: ImportRecordsRequest = {
  teamId: 'team',
  objectType: 'deal',
  source: { uri: 'file:///a.csv', format: 'csv' },
  options: {},
  batchSize: 10,
  maxConcurrentImports: 4,
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
};
const notStarted: Lane['ended'][number] = {
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
  });
  expect(pipelineDetails(progress, request)).toBe(
    '**Import of deal records**: planning\n\nReading the source.',
  );
});

test('batches on their way are started, those that are settled are finished too and count their rows', () => {
  const following = { range: null, jobId: 'j|1', submittedAt: '2026-11-23T09:00:00.000Z', trackerId: 't' };
  const lanes = [newLane(1), { ...newLane(2), following, doing: 'a | b' }];
  const progress = newProgress({ ...carried, lanes });
  const [first] = progress.lanes.values();
  if (first === undefined) throw new Error('no lane');
  first.ended.push(notStarted);
  finishLane(progress, first, { ...noRows(), rows: 10, failed: 10 });
  expect(pipelineState(progress, request)).toMatchObject({
    rows: 30,
    batches: { total: 3, started: 2, finished: 1 },
    processed: 10,
    warnings: planned.warnings,
  });
  const details = pipelineDetails(progress, request);
  expect(details).toContain('10 of 30 rows in 1 of 3 batches (imports: 1 not started).');
  expect(details).toContain('Warning: columns without a mapping: a \\| b');
  expect(details).toContain('| 2 | j\\|1 | a \\| b |');
});

test('the details stay short however many batches are in flight', () => {
  const lanes = Array.from({ length: 100 }, (_, index) => newLane(index + 1));
  const details = pipelineDetails(newProgress({ ...carried, lanes }), request);
  expect(details.split('\n').length).toBeLessThan(40);
  expect(details).toContain('and 80 more batches in flight');
});

test('what one run hands over, the next one takes in whole', () => {
  const following = {
    range: { from: 0, to: 5 },
    jobId: 'j',
    submittedAt: '2026-11-23T09:00:00.000Z',
    trackerId: 't',
  };
  const lane: Lane = { ...newLane(2), todo: [{ from: 5, to: 10 }], following, ended: [notStarted] };
  const state = { ...carried, lanes: [lane], ended: { complete: 1 }, heard: [{ ...notStarted, jobId: 'x' }] };
  const sent: unknown = JSON.parse(JSON.stringify(state));
  const { heard, ...rest } = carriedPipelineSchema.parse(sent);
  expect(heard).toMatchObject([{ jobId: 'x', status: 'not_started' }]);
  expect(rest).toEqual({ ...carried, lanes: [lane], ended: { complete: 1 }, heard: undefined });
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

test('a part of a batch has a name of its own', () => {
  expect([partName(12, null), partName(12, { from: 0, to: 500 })]).toEqual(['12', '12.0-500']);
});

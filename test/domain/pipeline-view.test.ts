import type { BatchRef } from '../../src/domain/import-records';
import { endBatch, newPipelineView, pipelineDetails, pipelineState } from '../../src/domain/pipeline-view';

const ref = (batch: number): BatchRef => ({
  batch,
  firstRow: 1,
  rows: 10,
  firstLine: 2,
  start: 0,
  end: 1,
  sha256: '',
});

test('a pipeline that has not planned yet says so', () => {
  const view = newPipelineView('deal');
  expect(pipelineState(view)).toEqual({
    phase: 'planning',
    objectType: 'deal',
    rows: null,
    batches: { total: null, started: 0, finished: 0 },
    processed: 0,
  });
  expect(pipelineDetails(view)).toBe('**Import of deal records**: planning\n\nReading the source.');
});

test('batches in flight are started, those that ended are finished too and count their rows', () => {
  const view = { ...newPipelineView('deal'), phase: 'importing' as const, planned: { rows: 30, batches: 3 } };
  for (const batch of [1, 2]) view.running.set(batch, { batch, rows: 10, jobId: null, doing: 'a | b' });
  endBatch(view, ref(1), 'not_started');
  expect(pipelineState(view)).toMatchObject({
    rows: 30,
    batches: { total: 3, started: 2, finished: 1 },
    processed: 10,
  });
  expect(pipelineDetails(view)).toContain('10 of 30 rows in 1 of 3 batches (1 not started).');
  expect(pipelineDetails(view)).toContain('| 2 | 10 | – | a \\| b |');
});

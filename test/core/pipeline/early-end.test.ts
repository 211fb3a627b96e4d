import { notStarted } from '../../../src/core/pipeline/batch-import-end';
import { isUnsent, leaveUnsent, notSentReason } from '../../../src/core/pipeline/early-end';
import { newPart } from '../../../src/core/pipeline/parts';
import { newBatchInFlight } from '../../../src/core/pipeline/progress';
import { wholeRange } from '../../../src/core/pipeline/selection';

const reason = 'not sent: the source changed';

test.each([
  { type: 'SourceInvalid', leaves: true },
  { type: 'PrismForbidden', leaves: true },
  { type: 'OutOfTime', leaves: true },
  { type: 'StorageUnavailable', leaves: false },
  { type: null, leaves: false },
] as const)('a pipeline that ends with $type leaves a report: $leaves', ({ type, leaves }) => {
  expect(notSentReason(type) !== null).toBe(leaves);
});

test('a batch that nothing was tried for is unsent', () => {
  const batch = newBatchInFlight(4);
  leaveUnsent(batch, reason);
  expect(batch.todo).toEqual([]);
  expect(batch.ended).toEqual([{ range: null, ...notStarted(reason, 'failed') }]);
  expect(isUnsent(batch, reason)).toBe(true);
});

test('rows of a try whose answer is not known are unknown, and their batch is not unsent', () => {
  const batch = newBatchInFlight(4);
  batch.todo = [newPart(wholeRange({ from: 0, to: 5 }), true), { from: 5, to: 10 }];
  leaveUnsent(batch, reason);
  expect(batch.ended.map(({ withoutResult }) => withoutResult)).toEqual(['unknown', 'failed']);
  expect(isUnsent(batch, reason)).toBe(false);
});

test('rows that were to be launched again keep the end of their import', () => {
  const batch = newBatchInFlight(4);
  batch.todo = [{ ...newPart(wholeRange(null), true), relaunches: 1 }];
  leaveUnsent(batch, reason);
  expect(batch.ended).toEqual([]);
});

test('a batch with rows that the API has refused is not unsent', () => {
  const batch = { ...newBatchInFlight(4), refused: '3' };
  leaveUnsent(batch, reason);
  expect(isUnsent(batch, reason)).toBe(false);
});

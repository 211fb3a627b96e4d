import { inlineResultsLimitBytes } from '../../src/core/tracker/get-import-status';
import { idempotencyKeyLifeMs } from '../../src/core/api/idempotency';
import { maxDetailsLength } from '../../src/core/details/markdown';
import { rescueLeadMs } from '../../src/core/tracker/schedule';
import { maxRowBytes } from '../../src/sources/rows/split-rows';

test.each([
  ['the rescue, before the end of retention', rescueLeadMs, 900_000],
  ['results inline', inlineResultsLimitBytes, 262_144],
  ['a row', maxRowBytes, 1_048_576],
  ['idempotency keys', idempotencyKeyLifeMs, 86_400_000],
])('%s: the limit is the one that the documents name', (_, limit, promised) => {
  expect(limit).toBe(promised);
});

test('details leave room for the rest of a request line of 8 KiB', () => {
  expect(maxDetailsLength).toBeLessThan(8192 - 256);
});

import { inlineResultsLimitBytes } from '../../src/domain/get-import-status';
import { idempotencyKeyLifeMs } from '../../src/domain/idempotency';
import { mostDetailsLength } from '../../src/domain/markdown';
import { rescueLeadMs } from '../../src/domain/schedule';
import { longestRowBytes } from '../../src/records/split-rows';

test.each([
  ['the rescue, before the end of retention', rescueLeadMs, 900_000],
  ['results inline', inlineResultsLimitBytes, 262_144],
  ['a row', longestRowBytes, 16_777_216],
  ['idempotency keys', idempotencyKeyLifeMs, 86_400_000],
])('%s: the limit is the one that the documents name', (_, limit, promised) => {
  expect(limit).toBe(promised);
});

test('details leave room for the rest of a request line of 8 KiB', () => {
  expect(mostDetailsLength).toBeLessThan(8192 - 256);
});

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine, sentEnd } from '../../src/domain/report-line';
import type { BatchEnd } from '../../src/domain/write-report';

const batch: BatchEnd = {
  batch: 1,
  ref: { batch: 1, firstRow: 1, rows: 1, firstLine: 2, start: 5, end: 9, sha256: '' },
  jobId: 'job',
  status: 'expired',
  polls: 3,
  message: 'it is gone',
  resultsRef: null,
  withoutResult: 'unknown',
};

test('any cells written as a line are read back by a CSV parser', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }), (cells) => {
      expect(parse(csvLine(cells))).toEqual([cells]);
    }),
  );
});

test('a row without results ends as its batch says, with the reason', () => {
  expect(sentEnd(null, batch)).toEqual({
    outcome: 'unknown',
    id: '',
    errorCode: 'import_expired',
    errorMessage: 'it is gone',
  });
  expect(sentEnd(null, { ...batch, withoutResult: 'failed' })).toMatchObject({ outcome: 'failed' });
});

test.each([
  {
    result: { id: 'x', created: true },
    end: { outcome: 'created', id: 'x', errorCode: '', errorMessage: '' },
  },
  {
    result: { error: 'old text' },
    end: { outcome: 'failed', id: '', errorCode: '', errorMessage: 'old text' },
  },
  {
    result: { id: null, error: { code: 'invalid_value', message: 'no' } },
    end: { outcome: 'failed', id: '', errorCode: 'invalid_value', errorMessage: 'no' },
  },
  {
    result: { id: 'x' },
    end: { outcome: 'unknown', id: 'x', errorCode: 'no_outcome', errorMessage: expect.any(String) as string },
  },
])('the result $result is $end.outcome', ({ result, end }) => {
  expect(sentEnd({ result }, batch)).toEqual(end);
});

test('a row whose result is not certain is unknown and says why', () => {
  expect(sentEnd({ reason: 'two results' }, batch)).toMatchObject({
    outcome: 'unknown',
    errorMessage: 'two results',
  });
});

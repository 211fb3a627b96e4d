import { parse } from 'csv-parse/sync';
import fc from '../support/properties';
import { csvCells, csvReportLine, reportColumns, settleSent } from '../../src/report/report-line';
import type { BatchImportEnd } from '../../src/core/pipeline/batch-import-end';

const end: BatchImportEnd = {
  jobId: 'job',
  status: 'expired',
  polls: 3,
  message: 'it is gone',
  resultsRef: null,
  withoutResult: 'unknown',
};

test('any cells written as a line are read back by a CSV parser, whatever the delimiter', () => {
  const anyCells = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 });
  fc.assert(
    fc.property(anyCells, fc.constantFrom(',', ';', '\t', '|'), (cells, delimiter) => {
      expect(parse(`${csvCells(cells, delimiter)}\n`, { delimiter })).toEqual([cells]);
    }),
  );
});

test('a line of the report has its columns in order, and nothing where there is nothing', () => {
  const line = {
    row: 1,
    line: 2,
    outcome: 'created',
    id: 'x',
    error_code: null,
    error_message: 'a, b',
  } as const;
  expect(reportColumns.join()).toBe('row,line,outcome,id,error_code,error_message,batch,job_id');
  expect(csvReportLine({ ...line, batch: 3, job_id: null })).toBe('1,2,created,x,,"a, b",3,\n');
});

test('a row without results ends as its batch says, with the reason', () => {
  expect(settleSent(null, end)).toEqual({
    outcome: 'unknown',
    id: null,
    error_code: 'import_expired',
    error_message: 'it is gone',
  });
  expect(settleSent(null, { ...end, withoutResult: 'failed' })).toMatchObject({ outcome: 'failed' });
});

test.each([
  {
    result: { id: 'x', created: true },
    ends: { outcome: 'created', id: 'x', error_code: null, error_message: null },
  },
  {
    result: { error: 'old text' },
    ends: { outcome: 'failed', id: null, error_code: null, error_message: 'old text' },
  },
  {
    result: { id: null, error: { code: 'invalid_value', message: 'no' } },
    ends: { outcome: 'failed', id: null, error_code: 'invalid_value', error_message: 'no' },
  },
  {
    result: { id: 'x' },
    ends: {
      outcome: 'unknown',
      id: 'x',
      error_code: 'no_outcome',
      error_message: expect.any(String) as string,
    },
  },
])('the result $result is $ends.outcome', ({ result, ends }) => {
  expect(settleSent({ result }, end)).toEqual(ends);
});

test('a row whose result is not certain is unknown and says why', () => {
  expect(settleSent({ reason: 'two results' }, end)).toMatchObject({
    outcome: 'unknown',
    error_message: 'two results',
  });
});

import fc from '../support/properties';
import type { RowResult } from '../../src/core/api/import-job';
import { ResultJoiner } from '../../src/report/result-joiner';

function join(rows: number, results: RowResult[]) {
  const joiner = new ResultJoiner(rows, results.length);
  for (const result of results) joiner.add(result);
  return Array.from({ length: rows }, (_, row) => joiner.of(row));
}

const ids = (rows: number, results: RowResult[]) =>
  join(rows, results).map((joined) => ('result' in joined ? joined.result.id : joined.reason));

test('results in any order find their rows by input_index', () => {
  fc.assert(
    fc.property(
      fc
        .nat(30)
        .chain((rows) => fc.shuffledSubarray([...Array(rows).keys()]).map((sent) => ({ rows, sent }))),
      ({ rows, sent }) => {
        const joined = join(
          rows,
          sent.map((row) => ({ id: `r${row}`, input_index: row })),
        );
        expect(joined).toHaveLength(rows);
        joined.forEach((one, row) => {
          if (sent.includes(row)) expect(one).toMatchObject({ result: { id: `r${row}` } });
          else expect(one).toHaveProperty('reason');
        });
      },
    ),
  );
});

test('results without input_index count by position when there are as many as rows', () => {
  expect(ids(2, [{ id: 'a' }, { id: 'b', input_index: null }])).toEqual(['a', 'b']);
});

test('results without input_index are nobody’s when there are not as many as rows', () => {
  const reason = expect.stringContaining('1 results for 2 rows') as string;
  expect(ids(2, [{ id: 'a' }])).toEqual([reason, reason]);
});

test('two results for one row leave it unknown', () => {
  expect(
    ids(2, [
      { id: 'a', input_index: 0 },
      { id: 'b', input_index: 0 },
    ]),
  ).toEqual(['the API gave 2 results for this row', expect.stringContaining('no result')]);
});

test('an index beyond the rows is nobody’s', () => {
  expect(ids(1, [{ id: 'a', input_index: 7 }])).toEqual([expect.stringContaining('no result')]);
});

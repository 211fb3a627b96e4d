import { importRecordsInputSchema } from '../../../src/core/pipeline/input';
import { checkInput } from '../../../src/core/validation';

const good = {
  teamId: 'team',
  objectType: 'organization',
  source: { uri: 'file:///data/a.csv', format: 'csv' },
};
const check = (change: object) => checkInput(importRecordsInputSchema, { ...good, ...change });

test('what is left out has its default', () => {
  expect(check({})).toMatchObject({
    ok: true,
    value: { options: {}, batchSize: 1000, maxConcurrentImports: 4 },
  });
});

test.each([
  { change: { teamId: '' }, field: 'teamId' },
  { change: { objectType: 'planet' }, field: 'objectType' },
  { change: { source: { uri: '/data/a.csv', format: 'csv' } }, field: 'source.uri' },
  { change: { source: { uri: 'file:///a', format: 'xlsx' } }, field: 'source.format' },
  { change: { source: { uri: 'file:///a', format: 'csv', mapping: { a: '' } } }, field: 'source.mapping.a' },
  { change: { source: { ...good.source, delimiter: ';;' } }, field: 'source.delimiter' },
  { change: { source: { ...good.source, encoding: '' } }, field: 'source.encoding' },
  {
    change: { source: { ...good.source, mapping: { a: { property: 'b', type: 'date' } } } },
    field: 'source.mapping.a',
  },
  { change: { carried: 7 }, field: 'carried' },
  { change: { options: { dedupe_by: ['a', 'b'] } }, field: 'options.dedupe_by' },
  { change: { batchSize: 0 }, field: 'batchSize' },
  { change: { maxConcurrentImports: 1.5 }, field: 'maxConcurrentImports' },
  { change: { polling: { initialInterval: 'soon' } }, field: 'polling.initialInterval' },
  { change: { batchsize: 10 }, field: 'batchsize' },
])('refuses $change, naming $field', ({ change, field }) => {
  const checked = check(change);
  expect(checked).toMatchObject({ ok: false, problems: [expect.objectContaining({ field })] });
});

import {
  importRecordsInputSchema,
  writeInput,
  type ImportRecordsInput,
} from '../../../src/core/pipeline/input';
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
  { change: { source: { ...good.source, encoding: 7 } }, field: 'source.encoding' },
  {
    change: { source: { ...good.source, mapping: { a: { property: 'b', type: 'date' } } } },
    field: 'source.mapping.a',
  },
  { change: { carried: 7 }, field: 'carried' },
  { change: { options: { dedupe_by: ['a', 'b'] } }, field: 'options.dedupe_by' },
  { change: { batchSize: -1 }, field: 'batchSize' },
  { change: { polling: { maximumInterval: 60_000 } }, field: 'polling.maximumInterval' },
  { change: { options: { dedupe_by: 7 } }, field: 'options.dedupe_by' },
  { change: { maxConcurrentImports: 1.5 }, field: 'maxConcurrentImports' },
  { change: { polling: { initialInterval: 'soon' } }, field: 'polling.initialInterval' },
  { change: { batchsize: 10 }, field: 'batchsize' },
])('refuses $change, naming $field', ({ change, field }) => {
  const checked = check(change);
  expect(checked).toMatchObject({ ok: false, problems: [expect.objectContaining({ field })] });
});

const nothing = {
  ok: true,
  value: { options: {}, batchSize: 1000, maxConcurrentImports: 4, maxExtraRequests: 200 },
};

test.each([
  [
    'nulls',
    { options: null, batchSize: null, maxConcurrentImports: null, maxExtraRequests: null, polling: null },
  ],
  ['zeros', { batchSize: 0, maxConcurrentImports: 0 }],
  ['empty lists for objects', { options: [], polling: [] }],
  ['options of null', { options: { dedupe_by: null, list_id: null, update_existing: null } }],
])('%s are as if left out', (_, change) => {
  const checked = check(change);
  expect(checked).toMatchObject(nothing);
  expect(JSON.parse(JSON.stringify(checked))).toMatchObject({ value: { options: {} } });
});

test('what is not given of a source is null, empty or left out; a column of null is left out of the import', () => {
  const [format, delimiter, encoding, lineEnd, lenientQuotes, repeatedHeaders] = ['', '', '', '', null, null];
  const mapping = { a: null, b: { property: 'c', type: null, separator: '' } };
  const found = { delimiter, encoding, lineEnd, lenientQuotes, repeatedHeaders };
  const checked = check({ source: { uri: 'file:///a', format, mapping, ...found } });
  expect(checked).toMatchObject({
    ok: true,
    value: { source: { uri: 'file:///a', mapping: { a: null, b: { property: 'c', type: 'string' } } } },
  });
});

test('options of the API are passed on as they are, with values that it alone knows', () => {
  const options = {
    list_id: '',
    update_existing: false,
    dedupe_by: ['a'],
    unheard: null,
    of: { deep: null },
  };
  expect(check({ options })).toMatchObject({ ok: true, value: { options } });
});

test('what is handed on to the next run is what was given, without what stands for nothing', () => {
  const given: ImportRecordsInput = {
    ...good,
    objectType: 'organization',
    source: { ...good.source, format: 'csv', encoding: null },
    batchSize: 0,
    maxExtraRequests: 0,
    maxConcurrentImports: null,
    options: { dedupe_by: null, list_id: 'l' },
    polling: { initialInterval: 'PT5S', jitter: null },
  };
  const written = JSON.parse(
    JSON.stringify(writeInput(given, importRecordsInputSchema.parse(given))),
  ) as unknown;
  expect(written).toEqual({
    ...good,
    batchSize: 1000,
    maxExtraRequests: 0,
    options: { list_id: 'l' },
    polling: {
      initialInterval: '5000ms',
      maximumInterval: '7200000ms',
      backoffCoefficient: 1.25,
      jitter: 0.1,
      adaptive: true,
    },
  });
});

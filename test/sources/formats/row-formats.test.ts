import { ndjson } from '../../../src/sources/formats/ndjson/ndjson';
import type { RowFormat } from '../../../src/sources/formats/row-format';
import { formatByName, rowFormats } from '../../../src/sources/formats/row-formats';
import { RecordRig } from '../support/planned';
import { jsonText } from '../../../src/ports/json-text';

const rig = new RecordRig();
afterAll(() => rig.remove());
afterEach(() => jest.restoreAllMocks());

/** Lines of `key=value;key=value`. */
const pairs: RowFormat = {
  ...ndjson,
  extensions: ['.pairs'],
  readValues: () => (_row, raw) => {
    const cells = raw.toString().trimEnd().split(';');
    const values = cells.map((cell) => cell.split('='));
    return values.every((parts) => parts.length === 2)
      ? values.map(([name = '', value = '']) => [name, jsonText(value)])
      : 'a part without one =';
  },
};

test('a further format is planned and read by its entry in the table alone', async () => {
  jest.replaceProperty(rowFormats, 'ndjson', pairs);
  const uri = rig.write('rows.pairs', 'name=Ada;role=analyst\nnonsense\nname=Grace\n');
  expect(await rig.read({ uri, format: 'ndjson' })).toEqual([
    { line: 1, name: 'Ada', role: 'analyst' },
    { line: 2, malformed: 'a part without one =' },
    { line: 3, name: 'Grace' },
  ]);
  expect(formatByName('rows.PAIRS.gz')).toBe('ndjson');
});

test.each([
  ['a.csv', 'csv'],
  ['a.ndjson', 'ndjson'],
  ['a.JSONL.gz', 'ndjson'],
  ['a', 'csv'],
  ['s3://bucket/a.b/c', 'csv'],
])('the name %s tells the format %s', (name, format) => {
  expect(formatByName(name)).toBe(format);
});

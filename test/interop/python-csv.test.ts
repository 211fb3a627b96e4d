import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from '../support/properties';
import { contentOf, RecordRig } from '../sources/support/planned';
import { basePython } from './support/python';
import { runWithInput } from './support/run-with-input';

const rig = new RecordRig();
afterAll(() => rig.remove());

const cell = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r\n', 'ü', '漢', '🏛', ' ', 'a'),
    maxLength: 8,
  }),
);
/** Without what is trimmed off a name, and without what a spreadsheet's hint looks like. */
const name = fc.stringMatching(/^[A-Za-zÄÖü][A-Za-z0-9 _äé;|,]{0,10}[a-z]$/);
const table = fc.integer({ min: 2, max: 6 }).chain((width) =>
  fc.record({
    columns: fc.uniqueArray(name, { minLength: width, maxLength: width }),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }),
  }),
);
const written = fc.record({
  table,
  dialect: fc.constantFrom('excel', 'excel-tab', 'unix', 'semicolons', 'pipes'),
  encoding: fc.constantFrom('utf-8', 'utf-8-sig', 'utf-16'),
});

/** Rows that say something: empty ones are left out, repeated headers too, and an empty cell gives no value. */
function expectedOf([columns = [], ...rows]: string[][]): unknown[] {
  const isHeader = (cells: string[]) => cells.every((value, index) => value.trim() === columns[index]);
  return rows
    .filter((cells) => cells.some((value) => value.trim() !== '') && !isHeader(cells))
    .map((cells) => {
      if (cells.some((value) => value.includes('\0'))) return 'holds a NUL byte';
      return Object.fromEntries(
        columns.map((column, index) => [column, cells[index]]).filter(([, value]) => value !== ''),
      ) as unknown;
    });
}

test("what Python's csv module writes is read as it reads it, and nothing has to be said of it", async () => {
  const samples = fc.sample(written, { numRuns: 400, seed: 20261128 });
  const files = samples.map(({ table: { columns, rows }, dialect, encoding }, index) => ({
    path: fileURLToPath(rig.write(`${index}.csv`, '')),
    encoding,
    dialect,
    table: [columns, ...rows],
  }));
  const { path: python } = await basePython();
  const script = join(__dirname, 'python-csv', 'write_and_read.py');
  const tables = JSON.parse(await runWithInput(python, [script], JSON.stringify(files))) as string[][][];
  for (const [index, { path }] of files.entries()) {
    const read = await rig.rowsOf({ uri: rig.uri(`${index}.csv`) });
    const seen = read.map((row) => contentOf(row));
    expect({ path, seen }).toEqual({ path, seen: expectedOf(tables[index] ?? []) });
  }
});

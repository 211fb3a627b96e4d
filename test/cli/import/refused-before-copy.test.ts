import { existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { TemporaryFiles } from '../../support/temporary-files';
import { killLeftCli, runCli } from '../support/run-cli';

let files: TemporaryFiles;
beforeAll(() => {
  files = new TemporaryFiles();
});
afterAll(() => {
  killLeftCli();
  files.remove();
});

const rows = 'Company,Web\nAcme,acme.test\n';

test.each([
  { say: 'a typo in --map', flags: ['--map', 'Compny=name'], seen: /Compny.*"Company" is near/ },
  { say: 'a position beyond the columns', flags: ['--map', '#3=name'], seen: /no column is/ },
  { say: 'a property given twice', flags: ['--map', 'Company=x', '--map', 'Web=x'], seen: /two columns/ },
  { say: 'no column left', flags: ['--map', 'Company=', '--map', 'Web='], seen: /every column left out/ },
  { say: 'a --dedupe-by that no column gives', flags: ['--dedupe-by', 'domain'], seen: /dedupe_by/ },
  { say: 'a typo, in gzip', flags: ['--map', 'Compny=name'], content: gzipSync(rows), seen: /Compny/ },
  {
    say: 'a typo, in UTF-16',
    flags: ['--map', 'Compny=name'],
    content: Buffer.from(`\ufeff${rows}`, 'utf16le'),
    seen: /Compny/,
  },
  { say: 'a header given twice', flags: [], content: 'name,name\na,b\n', seen: /twice/ },
  { say: 'broken quoting in the header', flags: [], content: '"name,b\na,b\n', seen: /in its header/ },
  { say: 'JSON that closes what is not open', flags: [], content: '[{"a":1]]', seen: /bracket/ },
  { say: 'nothing in it but empty lines', flags: [], content: '\n\n', seen: /no header line/ },
])('$say is refused as by the dry run, and nothing is copied', async ({ flags, content, seen }) => {
  const path = fileURLToPath(files.write('some.csv', content ?? rows));
  const storage = join(files.folder, 'storage');
  // Nothing listens there: the refusal comes before Temporal is asked.
  const environment = {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    MICRO_TEAM_ID: 'team',
    PRISM_STORAGE: `file:${storage}`,
  };
  const command = ['import', path, '--object-type', 'organization', ...flags];
  const [dry, wet] = [
    await runCli([...command, '--dry-run'], environment),
    await runCli(command, environment),
  ];
  expect(wet).toEqual(dry);
  expect(wet.code).toBe(2);
  expect(wet.stderr).toMatch(seen);
  expect(existsSync(storage)).toBe(false);
});

/** Makes a file as large as its file system allows, up to 1 TB: nearly all of it is a hole. */
function stretch(path: string): void {
  const sizes = [1e12, 1e11, 1.6e10, 4e9];
  for (const [index, bytes] of sizes.entries())
    try {
      return truncateSync(path, bytes);
    } catch (error) {
      if (index === sizes.length - 1) throw error;
    }
}

test('1 TB is not read for it', async () => {
  const path = fileURLToPath(files.write('large.csv', rows));
  stretch(path);
  const storage = join(files.folder, 'storage-of-large');
  const { code, stderr } = await runCli(
    ['import', path, '--object-type', 'organization', '--map', 'Compny=name'],
    { TEMPORAL_ADDRESS: '127.0.0.1:1', MICRO_TEAM_ID: 'team', PRISM_STORAGE: `file:${storage}` },
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/Compny.*"Company" is near/);
  expect(existsSync(storage)).toBe(false);
});

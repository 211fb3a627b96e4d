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

test('5 GB are not read for it', async () => {
  const path = fileURLToPath(files.write('large.csv', rows));
  truncateSync(path, 5_000_000_000);
  const began = performance.now();
  const { code } = await runCli(['import', path, '--object-type', 'organization', '--map', 'Compny=name'], {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    MICRO_TEAM_ID: 'team',
    PRISM_STORAGE: `file:${files.folder}/storage`,
  });
  expect(code).toBe(2);
  expect(performance.now() - began).toBeLessThan(10_000);
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DryRun } from '../../../src/cli/import/dry-run-text';
import { killLeftCli, runCli, startCli, startCliOnTerminal } from '../support/run-cli';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  await mkdir(join(folder, 'tmp'));
});
afterAll(async () => {
  killLeftCli();
  await rm(folder, { recursive: true });
});

// An address at which nothing listens, no key and no team: a dry run needs none of them.
const environment = () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1', TMPDIR: join(folder, 'tmp') });
const parameters = (path: string, flags: string[]) => [
  ...['import', path, '--object-type', 'organization', '--dry-run'],
  ...flags,
];
const dry = (path: string, ...flags: string[]) => runCli(parameters(path, flags), environment());
const asJson = async (path: string, ...flags: string[]) => {
  const { code, stdout } = await dry(path, '--json', ...flags);
  const found = JSON.parse(stdout) as DryRun;
  expect(code).toBe(found.malformed === 0 ? 0 : found.sendable === 0 ? 3 : 4);
  return found;
};
const file = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

const universities = join(__dirname, '..', '..', '..', 'data', 'universities.csv');
const mapped = 'name;employees;tags;note\nA;12;x|y;n\nB;many;;\nC;7;z;\n';
const maps = ['employees=headcount:number', 'tags=labels[|]', 'note='].flatMap((map) => ['--map', map]);

test('shows what would be sent, and needs neither Temporal nor a key nor a team', async () => {
  const path = await file('dry.csv', mapped);
  expect(await asJson(path, '--delimiter', ';', '--batch-size', '2', ...maps)).toEqual({
    rows: 3,
    sendable: 2,
    malformed: 1,
    malformedRows: [{ row: 2, line: 3, reason: expect.stringMatching(/employees.*number/) as string }],
    leftOut: { empty: 0, repeatedHeaders: 0 },
    batches: 2,
    columns: [
      { column: 'name', property: 'name', type: 'string', separator: null },
      { column: 'employees', property: 'headcount', type: 'number', separator: null },
      { column: 'tags', property: 'labels', type: 'string', separator: '|' },
      { column: 'note', property: null, type: 'string', separator: null },
    ],
    findings: [],
    warnings: [expect.stringContaining('"name"') as string],
    firstRows: [
      { default: { name: 'A', headcount: 12, labels: ['x', 'y'] } },
      { default: { name: 'C', headcount: 7, labels: ['z'] } },
    ],
    requests: {
      launches: 2,
      answeredAtOnce: 2,
      synchronousBelow: 100,
      polls: 0,
      total: 2,
      monthlyQuota: 1000,
      perSecond: 10,
    },
    live: null,
  });
});

test('says the same in words, without what stands in rows that cannot be read', async () => {
  const path = await file('words.csv', mapped);
  const { code, stdout, stderr } = await dry(path, '--delimiter', ';', ...maps);
  expect(code).toBe(4);
  for (const line of [
    'Rows: 3, of which 2 can be sent and 1 cannot be read, in 1 batch',
    '  "name" becomes "name"',
    '  "employees" becomes "headcount", read as number',
    '  "tags" becomes "labels", split at "|"',
    '  "note" is left out',
    '  {"default":{"name":"A","headcount":12,"labels":["x","y"]}}',
    'Nothing was sent.',
  ])
    expect(stdout.split('\n')).toContain(line);
  expect(stdout).toMatch(/^ {2}row 2, line 3: .*employees/m);
  expect(stdout).toMatch(/^Warning: .*"name"/m);
  expect(stdout).toContain('1 % of the 1000 a month');
  expect(stdout).not.toContain('many');
  expect(stderr).toContain('Warning: Without --dedupe-by');
});

test('reads the universities, compressed, as what they are', async () => {
  const path = await file('universities.csv.gz', gzipSync(await readFile(universities)));
  const { code, stdout, stderr } = await dry(path, '--dedupe-by', 'primary_domain');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Rows: 10251, of which 10251 can be sent and 0 cannot be read, in 11 batches$/m);
  expect(stdout).toMatch(/^Requests: 11 to launch and about 209 to poll/m);
  expect(stderr).not.toContain('Warning');
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('a batch of rows that cannot be read is not launched, and of many only the first are shown', async () => {
  const lines = Array.from({ length: 20 }, (_, n) => (n < 15 ? 'ragged,row' : `Org ${n}`));
  const path = await file('ragged.csv', `name\n${lines.join('\n')}\n`);
  const found = await asJson(path, '--batch-size', '5');
  expect(found).toMatchObject({ malformed: 15, batches: 4, requests: { launches: 1 } });
  expect(found.malformedRows.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect((await dry(path)).stdout).toMatch(/^ {2}and 5 more$/m);
});

test.each([
  { rows: 99, batchSize: 1000, launches: 1, answeredAtOnce: 1, polls: 0 },
  { rows: 100, batchSize: 1000, launches: 1, answeredAtOnce: 0, polls: 19 },
  { rows: 1050, batchSize: 1000, launches: 2, answeredAtOnce: 1, polls: 19 },
  { rows: 300, batchSize: 50, launches: 6, answeredAtOnce: 6, polls: 0 },
])(
  '$rows rows in batches of $batchSize take $launches launches and $polls polls',
  async ({ rows, batchSize, ...requests }) => {
    const path = await file('counted.csv', `name\n${'A\n'.repeat(rows)}`);
    const found = await asJson(path, '--batch-size', String(batchSize));
    expect(found.requests).toMatchObject({ ...requests, total: requests.launches + requests.polls });
    const { stdout } = await dry(path, '--batch-size', String(batchSize));
    expect(stdout.includes('below 100 rows')).toBe(requests.answeredAtOnce > 0);
  },
);

test('rows that cannot be sent do not make an import longer', async () => {
  const path = await file('broken.csv', `name\n${'A\n'.repeat(60)}${'a,b\n'.repeat(60)}`);
  expect((await asJson(path)).requests).toMatchObject({ launches: 1, answeredAtOnce: 1, polls: 0 });
});

test.each([
  { say: 'every row can be sent', content: 'name\nA\n', code: 0 },
  { say: 'some cannot', content: 'name\nA\nragged,row\n', code: 4 },
  { say: 'none can', content: 'name,city\nragged\n', code: 3 },
])('the exit code is $code when $say', async ({ content, code }) => {
  expect(await dry(await file('code.csv', content))).toMatchObject({ code });
});

test('a cell that is no boolean is told which words are', async () => {
  const path = await file('booleans.csv', 'name,on\nA,TRUE\nB,No\nC,1\nD,on\n');
  const { malformedRows, firstRows } = await asJson(path, '--map', 'on=active:boolean');
  expect(firstRows).toEqual(
    [true, false, true].map((active, row) => ({ default: { name: 'ABC'[row], active } })),
  );
  expect(malformedRows).toEqual([
    {
      row: 4,
      line: 5,
      reason: 'its column "on" is not of type boolean (true or false, yes or no, 1 or 0, in any case)',
    },
  ]);
});

test.each(['csv', 'ndjson'])('a line of an %s that is too long is named by its number', async (format) => {
  const row = format === 'csv' ? 'A' : '{"name":"A"}';
  const head = format === 'csv' ? 'name\n' : '';
  const path = await file(`long-line.${format}`, `${head}${row}\n\n${'x'.repeat(1_100_000)}\n${row}\n`);
  const line = format === 'csv' ? 4 : 3;
  expect((await asJson(path)).malformedRows).toEqual([{ row: 2, line, reason: 'longer than 1048576 bytes' }]);
  expect((await dry(path)).stdout).toContain(`row 2, line ${line}: longer than 1048576 bytes`);
});

test.each([
  ['', 1],
  ['\n\r\n', 3],
])('a header that is too long, behind %j, is named by its line', async (before, line) => {
  const { code, stderr } = await dry(await file('long-header.csv', `${before}${'x'.repeat(1_100_000)}\nA\n`));
  expect(code).toBe(2);
  expect(stderr).toContain(`line ${line}, which should be the header, is longer than 1048576 bytes`);
});

test('an NDJSON shows what its mapping says, and its first rows', async () => {
  const path = await file('rows.ndjson', '{"Name":"A","n":1}\n{"Name":"B"}\n');
  const found = await asJson(`file://${path}`, '--map', 'Name=name');
  expect(found.columns).toEqual([{ column: 'Name', property: 'name', type: 'string', separator: null }]);
  expect(found.firstRows).toEqual([{ default: { name: 'A', n: 1 } }, { default: { name: 'B' } }]);
});

test('shows the first rows digit for digit', async () => {
  const path = await file('rows.ndjson', '{"id":9007199254740993,"list":[1.0,\r2]}\n');
  const json = (await dry(path, '--json')).stdout;
  expect(json).toContain('{"default":{"id":9007199254740993,"list":[1.0, 2]}}');
  expect(JSON.parse(json)).toMatchObject({ rows: 1, firstRows: [{ default: { list: [1, 2] } }] });
  expect((await dry(path)).stdout).toMatch(
    /^ {2}\{"default":\{"id":9007199254740993,"list":\[1\.0,.2\]\}\}$/m,
  );
});

test('what is in the file cannot command the terminal, nor fill it', async () => {
  const names = Array.from({ length: 10_000 }, (_, n) => (n === 0 ? 'a\u001b[2J\u009b' : `column ${n}`));
  const cells = names.map((_, n) => (n === 1 ? '\u202e\u001b]0;x\u0007'.repeat(300_000) : 'x'));
  const path = await file('hostile.csv', `${names.join(',')}\n${cells.join(',')}\n`);
  const { code, stdout } = await dry(path);
  expect(code).toBe(3); // its row is too long
  expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  expect(stdout.length).toBeLessThan(10_000);
  expect(stdout).toMatch(/^ {2}and 9950 more$/m);
});

test.each([
  ['an empty file', '', 'an empty file'],
  ['a header alone', 'name\n', 'a header and no rows'],
  ['a header with a name twice', 'a,a\n1,2\n', 'the name "a" twice, in columns 1 and 2'],
  ['a header that is not UTF-8', Buffer.from('caf\xe9\nA\n', 'latin1'), 'not valid UTF-8'],
  ['a broken gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]), 'gzip'],
])('%s is refused in words', async (_, content, seen) => {
  const { code, stdout, stderr } = await dry(await file('bad.csv', content));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(seen);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test.each([
  [['--map', 'a'], 'saw "a"', 'COLUMN=SLUG'],
  [['--map', '=b:'], 'saw "=b:"', 'COLUMN=SLUG'],
  [['--map', 'a=b:date'], 'source.mapping.a', 'string, number, boolean or json'],
  [['--map', 'z=b'], 'source.mapping.z', 'a name that is not the 1 column'],
  [['--map', 'a='], 'source.mapping', 'every column left out'],
  [['--mapping', '/nowhere.json'], 'mapping: saw "/nowhere.json" (ENOENT)', 'JSON object'],
  [['--mapping', 'text.json'], '(not JSON)', 'JSON object'],
  [['--mapping', 'list.json'], '(not an object)', 'JSON object'],
  [['--delimiter', ';;'], 'source.delimiter', 'one character'],
  [['--encoding', 'klingon'], 'source.encoding', 'klingon'],
])('%j is refused in words', async (flags, ...texts) => {
  await file('list.json', '["a"]');
  await file('text.json', 'a: b');
  const path = await file('ok.csv', 'a\n1\n');
  const inFolder = (flag: string) => (/^\w+\.json$/.test(flag) ? join(folder, flag) : flag);
  const { code, stdout, stderr } = await dry(path, ...flags.map(inFolder));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const text of texts) expect(stderr.toLowerCase()).toContain(text.toLowerCase());
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('a mapping in a file holds what --map cannot say, and --map goes before it', async () => {
  const path = await file('signs.csv', 'a=b,c\n1,2\n');
  const mapping = await file(
    'mapping.json',
    '{"a=b": {"property": "x:y", "type": "json"}, "c": "from-file"}',
  );
  const { firstRows } = await asJson(path, '--mapping', mapping, '--map', 'c=from-flag');
  expect(firstRows).toEqual([{ default: { 'x:y': 1, 'from-flag': '2' } }]);
});

test('Ctrl-C ends it, and leaves nothing in the temporary folder', async () => {
  const path = await file('long.csv.gz', gzipSync(`name\n${'Org\n'.repeat(2_000_000)}`));
  const run = startCliOnTerminal(parameters(path, ['--batch-size', '1000']), environment());
  await run.printed(/checking/);
  run.type('\u0003');
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Interrupted. Nothing was sent.');
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('off a terminal a signal ends it as well', async () => {
  const path = await file('longer.csv', `name\n${'Org\n'.repeat(2_000_000)}`);
  const run = startCli(parameters(path, ['--batch-size', '1000']), environment());
  await run.printed(/checking/);
  run.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

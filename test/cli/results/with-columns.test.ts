import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { withoutAccounts } from '../../../src/config/config';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { startWorkerProcess } from '../../support/worker-process';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { program, runCli, startCliOnTerminal } from '../support/run-cli';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const rows = (id: string, ...flags: string[]) =>
  runCli(['results', id, '--with-columns', ...flags], rig.environment);
const objects = (ndjson: string) =>
  ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Imports a file under an id; gives its report. */
async function imported(id: string, name: string, content: string | Buffer, ...flags: string[]) {
  const command = ['import', await rig.file(name, content), '--object-type', 'organization', '--id', id];
  const { stdout } = await runCli([...command, '--json', ...flags], rig.environment);
  return JSON.parse(stdout) as ImportReport;
}

const anId = expect.any(String) as string;
const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
/** Semicolons, two lines in a cell, a formula, what nobody sees, a row with too few cells, a broken one. */
const semicolons = [
  'Company;Web; Note ;',
  `Zürich AG;z.test;"two\nlines; ""quoted""";`,
  `${family};f.test;=1+1;x`,
  'ragged;r.test',
  '"broken;b.test;note;',
  `Last;l.test;\u001b[2J\u202e;`,
  '',
].join('\n');
const columns = ['Company', 'Web', ' Note ', '', 'outcome', 'id', 'error_code', 'error_message'];

describe('of a CSV', () => {
  beforeAll(() => imported('semicolons', 'semicolons.csv', semicolons));

  test('come piped as the file is, each cell as it was, with how the row ended behind it', async () => {
    const { code, stdout, stderr } = await rows('semicolons');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const read = parse(stdout, { delimiter: ';' });
    expect(read).toEqual([
      columns,
      ['Zürich AG', 'z.test', 'two\nlines; "quoted"', '', 'created', anId, '', ''],
      [family, 'f.test', '=1+1', 'x', 'created', anId, '', ''],
      ['ragged', 'r.test', '', '', 'failed', '', 'malformed_row', anId],
      ['"broken;b.test;note;', '', '', '', 'failed', '', 'malformed_row', anId],
      ['Last', 'l.test', '\u001b[2J\u202e', '', 'created', anId, '', ''],
    ]);
  });

  test('come as an object a row with --json, a column without a name by its position', async () => {
    for (const flag of [['--json'], ['--format', 'ndjson']]) {
      const { code, stdout } = await rows('semicolons', ...flag);
      expect(code).toBe(0);
      expect(objects(stdout)[1]).toEqual({
        ...{ Company: family, Web: 'f.test', Note: '=1+1', '#4': 'x' },
        ...{ outcome: 'created', id: anId, error_code: null, error_message: null },
      });
      expect(objects(stdout)).toHaveLength(5);
      expect(stdout).not.toMatch(/[^\P{C}\n]/u);
    }
  });

  test('come under their header when only those that failed are asked for', async () => {
    const failed = parse((await rows('semicolons', '--failed')).stdout, { delimiter: ';' });
    expect(failed.map(([first]) => first)).toEqual(['Company', 'ragged', '"broken;b.test;note;']);
    const asJson = objects((await rows('semicolons', '--failed', '--json')).stdout);
    expect(asJson.map(({ outcome, error_code }) => [outcome, error_code])).toEqual([
      ['failed', 'malformed_row'],
      ['failed', 'malformed_row'],
    ]);
  });

  test('come to a terminal as the file is, and cannot command it', async () => {
    const { code, stdout } = await startCliOnTerminal(
      ['results', 'semicolons', '--with-columns'],
      rig.environment,
    ).ended;
    expect(code).toBe(0);
    const lines = stdout.split('\r\n');
    expect(lines[0]).toBe('Company;Web; Note ;;outcome;id;error_code;error_message');
    expect(lines.at(-2)).toMatch(/^Last;l\.test;\ufffd\[2J\ufffd;;created;/);
  });
});

test.each([
  { say: 'UTF-16 with a mark', content: Buffer.from('\ufeffname\tcity\nZoë\tRome\n', 'utf16le'), by: '\t' },
  { say: 'UTF-8 with a mark', content: Buffer.from('\ufeffname,city\nZoë,Rome\n'), by: ',' },
  {
    say: 'Windows-1252, packed',
    content: gzipSync(Buffer.from('name,city\nZoë,Rome\n', 'latin1')),
    by: ',',
    flags: ['--encoding', 'windows-1252'],
  },
  { say: 'CR alone', content: Buffer.from('name|city\rZoë|Rome\r'), by: '|' },
])('those of a CSV in $say come in UTF-8 without a mark', async ({ say, content, by, flags = [] }) => {
  const report = await imported(say, 'some.csv', content, ...flags);
  expect(report.totals).toMatchObject({ rows: 1, created: 1 });
  const { stdout } = await rows(say);
  expect(parse(stdout, { delimiter: by })).toEqual([
    ['name', 'city', 'outcome', 'id', 'error_code', 'error_message'],
    ['Zoë', 'Rome', 'created', anId, '', ''],
  ]);
  expect(objects((await rows(say, '--json')).stdout)).toMatchObject([{ name: 'Zoë', outcome: 'created' }]);
});

test.each([
  { say: 'a delimiter of its own', csv: 'name~id\nA~7\n', flags: ['--delimiter', '~'] },
  { say: 'a letter between cells', csv: 'nameoid\nAo7\n', flags: ['--delimiter', 'o'] },
  { say: 'no delimiter', csv: 'name\nA, B\n', flags: ['--delimiter', 'none'] },
  { say: 'columns that are called like ours', csv: 'name,id,Outcome\nA,7,x\n', flags: [] },
  { say: 'columns called like what objects have', csv: '__proto__,constructor\nA,7\n', flags: [] },
  { say: 'LF within a cell', csv: 'name,id\rA\nB,7\r', flags: ['--line-end', 'cr'] },
  {
    say: 'LF within a cell beside one in quotes',
    csv: 'name,id\r"A, ""B""",7\n\r',
    flags: ['--line-end', 'cr'],
  },
  { say: 'a quote within a cell', csv: 'name,id\n5" pipe,"7"x\n', flags: ['--lenient-quotes'] },
])('each row is one object where the file has $say', async ({ say, csv, flags }) => {
  const report = await imported(say, 'some.csv', csv, ...flags);
  expect(report.totals.rows).toBe(1);
  const { code, stdout } = await rows(say, '--json');
  expect(code).toBe(0);
  const [row] = objects(stdout);
  expect(Object.values(row ?? {})).toContain(report.totals.created === 1 ? 'created' : 'failed');
  const own = Object.values(row ?? {}).slice(0, -4);
  const expected: Record<string, string[]> = {
    'no delimiter': ['A, B'],
    'LF within a cell': ['A\nB', '7'],
    'LF within a cell beside one in quotes': ['A, "B"', '7\n'],
    'columns that are called like ours': ['A', '7', 'x'],
    'a quote within a cell': ['5" pipe', '"7"x'],
  };
  expect(own).toEqual(expected[say] ?? ['A', '7']);
});

test('the example of docs/importing/report.md gives what is shown there', async () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'importing', 'report.md'), 'utf8');
  const part = page.split('## The file with its ids')[1] ?? '';
  const [csv, shell, text] = [...part.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block = '']) => block);
  await imported('companies', 'companies.csv', csv ?? '');
  const { stdout } = await runCli((shell ?? '').trim().split(' ').slice(1), rig.environment);
  const masked = (shown = '') => shown.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
  expect(masked(stdout)).toBe(masked(text));
});

describe('of JSON', () => {
  const list = '[{"name": "A", "n": 9007199254740993},\n {"prism": "B"},\n 5]';

  test('come as NDJSON, whatever the file was', async () => {
    await imported('list', 'list.json', list);
    await imported('lines', 'lines.ndjson', '{"name": "A", "n": 9007199254740993}\n{"prism": "B"}\n5\n');
    for (const id of ['list', 'lines']) {
      const { code, stdout } = await rows(id);
      expect(code).toBe(0);
      expect(stdout).toContain('"n": 9007199254740993,"prism":{"outcome":"created"');
      const failed = { outcome: 'failed', error_code: 'malformed_row', text: '5' };
      expect(objects(stdout)).toMatchObject([
        { name: 'A', prism: { outcome: 'created', id: anId } },
        { prism: 'B', prism_import: { outcome: 'created', id: anId } },
        { prism: failed },
      ]);
      expect((await rows(id, '--json')).stdout).toBe(stdout);
      expect(objects((await rows(id, '--failed')).stdout)).toMatchObject([{ prism: failed }]);
    }
  });

  test('cannot come as CSV, and say so', async () => {
    await imported('no-columns', 'lines.ndjson', '{"name":"A"}\n');
    const { code, stderr } = await rows('no-columns', '--format', 'csv');
    expect(code).toBe(2);
    expect(stderr).toContain('format: saw csv, expected ndjson');
  });
});

describe('cannot come, and say what to do', () => {
  test('of a tracker, with the line for its pipeline', async () => {
    const lines = Array.from({ length: 130 }, (_, n) => `Org ${n}\n`);
    await imported('of-batches', 'many.csv', `name\n${lines.join('')}`);
    const { code, stdout, stderr } = await rows('of-batches/batch-0001');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('saw "of-batches/batch-0001", a tracker (trackImport), expected a pipeline');
    expect(stderr).toContain('\n  prism-imports results of-batches --with-columns\n');
  });

  test.each([
    { type: 'trackImport', advice: 'prism-imports results going-on\n' },
    { type: 'importRecords', advice: 'prism-imports import --attach going-on\n' },
    { type: 'someOther', advice: 'neither a pipeline nor a tracker' },
  ])('of a workflow of type $type that goes on', async ({ type, advice }) => {
    const options = { taskQueue: 'nobody', workflowId: 'going-on' };
    const handle = await rig.server.client.workflow.start(type, options);
    const { code, stderr } = await rows('going-on');
    await handle.terminate();
    expect(code).toBe(1);
    expect(stderr).toContain(advice);
  });

  test('of a pipeline of release 0.1.0', async () => {
    const build = join(__dirname, '..', '..', 'upgrade', 'builds', '0.1.0', 'worker.js');
    const environment = { ...rig.environment, PRISM_TASK_QUEUE: 'first-release' };
    const worker = await startWorkerProcess({ environment, program: [build] });
    const uri = pathToFileURL(await rig.file('first.csv', 'name\nA\n')).href;
    const input = { teamId: 'team-1', objectType: 'organization', source: { uri, format: 'csv' } };
    const options = { taskQueue: 'first-release', workflowId: 'first-release', args: [input] };
    await rig.server.client.workflow.execute('importRecords', options);
    await worker.stop();
    const { code, stderr } = await rows('first-release');
    expect(code).toBe(1);
    expect(stderr).toMatch(/"first-release" has no resultsFileUri.*0\.1\.0/);
    expect(stderr).toContain('\n  prism-imports results first-release\n');
    expect((await runCli(['results', 'first-release'], rig.environment)).code).toBe(0);
  });

  test('without storage, as a table, and from a file that is gone or damaged', async () => {
    const { resultsFileUri = '' } = await imported('damaged', 'some.csv', 'name,city\nA,Rome\nB,Oslo\n');
    const run = ['results', 'damaged', '--with-columns'];
    const bare = await runCli(run, { ...rig.environment, PRISM_STORAGE: '' });
    expect(bare).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PRISM_STORAGE: saw nothing') as string,
    });
    const table = await rows('damaged', '--format', 'table');
    expect(table).toMatchObject({ code: 2, stderr: expect.stringContaining('format: saw table') as string });
    const path = fileURLToPath(resultsFileUri);
    writeFileSync(path, readFileSync(path, 'utf8').replace('B,Oslo,', 'B,Oslo'));
    const torn = await rows('damaged', '--json');
    expect(torn.code).toBe(1);
    expect(torn.stderr).toContain(
      `${resultsFileUri} has changed since it was written: its row 2 cannot be read.`,
    );
    const elsewhere = { ...rig.environment, PRISM_STORAGE: `file:${await rig.file('elsewhere', '')}` };
    const gone = await runCli(run, elsewhere);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain(resultsFileUri);
    expect(gone.stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('of a large file', () => {
  beforeAll(() => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `Org ${n},${'x'.repeat(2500)}\n`);
    return imported('large', 'large.csv', `name,note\n${lines.join('')}`, '--batch-size', '5000');
  });
  const start = (stdout: 'pipe' | number, ...flags: string[]) =>
    spawn(
      process.execPath,
      ['--max-old-space-size=40', program, 'results', 'large', '--with-columns', ...flags],
      {
        env: { ...withoutAccounts(), ...rig.environment },
        stdio: ['ignore', stdout, 'pipe'],
      },
    );

  test.each([[[]], [['--json']], [['--failed']]])(
    'come whole within little memory, with %j',
    async (flags) => {
      const child = start('pipe', ...flags);
      let lines = 0;
      child.stdout?.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 0x0a) lines += 1;
      });
      const [code] = (await once(child, 'close')) as [number];
      expect(code).toBe(0);
      expect(lines).toBe(flags[0] === '--failed' ? 1 : flags[0] === '--json' ? 20_000 : 20_001);
    },
  );

  test.each([[[]], [['--json']]])('end with 0 when the reader has seen enough, with %j', async (flags) => {
    const child = start('pipe', ...flags);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    if (child.stdout === null) throw new Error('no pipe');
    await once(child.stdout, 'readable');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('end with 1 when they cannot be written', async () => {
    const child = start(openSync('/dev/full', 'w'));
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(stderr).toContain('ENOSPC');
  });
});

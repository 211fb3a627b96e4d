import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from 'prism-emulator';
import type { DryRun } from '../../../src/cli/import/dry-run-text';
import { startScriptedServer } from '../../support/scripted-server';
import { TemporaryFiles } from '../../support/temporary-files';
import { killLeftCli, runCli } from '../support/run-cli';

const files = new TemporaryFiles();
const properties: NonNullable<EmulatorOptions['properties']> = {
  organization: {
    headcount: { type: 'number' },
    tier: { type: 'select', options: ['gold', 'silver'] },
    labels: { type: 'multiselect', options: ['x', 'y'] },
    owner: { type: 'string', required: true },
  },
};

let emulator: PrismEmulator;
beforeAll(async () => {
  emulator = await startPrismEmulator({ properties, apiKey: 'right-hunter2' });
});
afterEach(() => emulator.controller.reset());
afterAll(async () => {
  killLeftCli();
  files.remove();
  await emulator.close();
});

const variables = () => ({
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  MICRO_BASE_URL: emulator.baseUrl,
  MICRO_API_KEY: 'right-hunter2',
  MICRO_TEAM_ID: 'team-1',
});
const run = (path: string, flags: string[], environment: Record<string, string> = variables()) =>
  runCli(['import', path, '--object-type', 'organization', ...flags], environment);
const live = (path: string, ...flags: string[]) => run(path, ['--dry-run', '--live', ...flags]);
const asJson = async (path: string, ...flags: string[]) => {
  const { code, stdout } = await live(path, '--json', ...flags);
  return { code, ...(JSON.parse(stdout) as DryRun) };
};

const file =
  'name,primary_domian,Staff,tier,labels,owner\n' +
  'A,a.test,12,gold,x,me\n' +
  'B,b.test,many,Gold,x;z,me\n' +
  'C,c.test,,bronze,,\n' +
  'D,d.test,,gold,,me\n';
const mapping = ['--map', 'Staff=headcount', '--map', 'labels=labels[;]', '--map', 'primary_domian='];

test('says by one request what the API knows and takes, before anything is sent', async () => {
  const path = files.write('live.csv', file);
  const { code, live: found } = await asJson(path, '--map', 'Staff=headcount');
  expect(found).toEqual({
    request: 'GET /v2/prism/team-1/organization/properties',
    requests: 1,
    properties: 6,
    rowsRefused: 4,
    unknownProperties: [
      { property: 'primary_domian', rows: 4, lines: [2, 3, 4], nearest: ['primary_domain'] },
    ],
    moreUnknownProperties: 0,
    misfits: [
      { property: 'headcount', type: 'num', expected: 'a number', map: ':number', rows: 2, lines: [2, 3] },
      {
        property: 'labels',
        type: 'multiselect_str',
        expected: 'a list of options',
        map: '[;]',
        rows: 2,
        lines: [2, 3],
      },
    ],
    unknownOptions: [
      {
        property: 'tier',
        type: 'select_str',
        count: 2,
        created: false,
        values: [
          { value: 'Gold', rows: 1, lines: [3], nearest: ['gold'] },
          { value: 'bronze', rows: 1, lines: [4], nearest: [] },
        ],
        moreValues: 0,
      },
    ],
    missingRequired: [{ property: 'owner', rows: 1, lines: [4] }],
    unchecked: [],
    listNotAsked: false,
  });
  expect(code).toBe(3); // every row has the unknown property
  expect(emulator.controller.requests({}).map(({ operation }) => operation)).toEqual(['properties']);
});

test('says the same in words, with what reads a column so that it fits', async () => {
  const path = files.write('words.csv', file);
  const { code, stdout } = await live(path, ...mapping);
  expect(code).toBe(4);
  for (const text of [
    'Live check, by one request to the API (GET /v2/prism/team-1/organization/properties), which knows 6 properties:',
    `"headcount" takes a number (num), but has something else in 2 rows (lines 2, 3); --map 'Staff=headcount:number' reads it so`,
    '"tier" has no such options (select_str); --create-missing-options would create them:',
    '"Gold" in 1 row (line 3); nearest: "gold"',
    '"z" in 1 row (line 3)',
    '"owner" is required, and has no value in 1 row (line 4); the API does not document whether an import fails then',
    'By these definitions the API would refuse 3 rows.',
    'Nothing was sent but the one request of the live check.',
  ])
    expect(stdout).toContain(text);
});

test('what is as the API wants it is told to be so', async () => {
  const path = files.write('good.csv', 'name,headcount,tier,owner\nA,12,gold,me\n');
  const { code, stdout } = await live(path, '--map', 'headcount=headcount:number');
  expect(code).toBe(0);
  expect(stdout).toContain('By these definitions the API would refuse no row.');
});

test('options that the import creates refuse no row', async () => {
  const path = files.write('options.csv', 'tier,owner\nbronze,me\n');
  const { code, live: found } = await asJson(path, '--create-missing-options');
  expect({ code, found }).toMatchObject({ code: 0, found: { unknownOptions: [{ created: true }] } });
});

test('what it says is what the API then does', async () => {
  const path = files.write('agrees.csv', file);
  const { sendable, live: found } = await asJson(path, ...mapping);
  const objects = [
    { default: { name: 'A', headcount: '12', tier: 'gold', labels: ['x'], owner: 'me' } },
    { default: { name: 'B', headcount: 'many', tier: 'Gold', labels: ['x', 'z'], owner: 'me' } },
    { default: { name: 'C', tier: 'bronze' } },
    { default: { name: 'D', tier: 'gold', owner: 'me' } },
  ];
  const response = await fetch(`${emulator.baseUrl}/v2/prism/team-1/organization/import`, {
    method: 'POST',
    headers: { 'x-api-key': 'right-hunter2', 'content-type': 'application/json' },
    body: JSON.stringify({ objects }),
  });
  const { failed } = (await response.json()) as { failed: number };
  expect({ sendable, refused: found?.rowsRefused }).toEqual({ sendable: 4, refused: failed });
});

describe('is refused in words', () => {
  test.each([
    { say: 'without --dry-run', flags: ['--live'], text: '--live without --dry-run', code: 2 },
    {
      say: 'without a key',
      change: { MICRO_API_KEY: '' },
      text: 'MICRO_API_KEY',
      code: 2,
    },
    { say: 'without a team', change: { MICRO_TEAM_ID: '' }, text: 'MICRO_TEAM_ID', code: 2 },
    {
      say: 'with a wrong key',
      change: { MICRO_API_KEY: 'wrong-hunter2' },
      text: 'GET /v2/prism/team-1/organization/properties: answered 403',
      code: 1,
    },
    {
      say: 'where nobody answers',
      change: { MICRO_BASE_URL: 'http://127.0.0.1:1' },
      text: 'no connection to http://127.0.0.1:1',
      code: 1,
    },
  ])('$say', async ({ flags = ['--dry-run', '--live'], change = {}, text, code }) => {
    const path = files.write('refused.csv', 'name\nA\n');
    const given = Object.fromEntries(
      Object.entries({ ...variables(), ...change }).filter(([, value]) => value !== ''),
    );
    const ended = await run(path, flags, given);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(text);
    expect(ended.stderr).not.toContain('hunter2');
    expect(ended.stderr).not.toMatch(/^ {4}at /m);
  });

  test.each([
    [404, '{"message":"Not Found"}', 'answered 404 (Not Found). Check MICRO_BASE_URL'],
    [200, '<html>', 'not a valid list of property definitions: it is not JSON'],
  ])('when the API answers %d %s', async (status, body, text) => {
    const server = await startScriptedServer();
    server.answer((response) => response.writeHead(status).end(body));
    const path = files.write('answer.csv', 'name\nA\n');
    const ended = await run(path, ['--dry-run', '--live'], { ...variables(), MICRO_BASE_URL: server.url });
    await server.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(text);
  });
});

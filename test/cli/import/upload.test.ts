import { appendFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../support/until';
import { runCli, startCli } from '../support/run-cli';
import { startCliRig, type CliRig } from '../support/cli-rig';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const importOf = (file: string, ...flags: string[]) => [
  ...['import', file, '--object-type', 'organization', '--dedupe-by', 'name', '--json'],
  ...flags,
];
const storage = () => (rig.environment['PRISM_STORAGE'] ?? '').replace('file:', '');
function uploads(folder = storage()): string[] {
  try {
    return readdirSync(join(folder, 'uploads'));
  } catch {
    return [];
  }
}

test('a file is copied to the storage, imported from there, and removed once the report stands', async () => {
  const path = await rig.file('copied.csv', 'name,domain\nA,a.example\nbroken\n');
  const { code, stdout } = await runCli(importOf(path, '--id', 'copied'), rig.environment);
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ totals: { rows: 2, created: 1, failed: 1 } });
  const { events } = await rig.server.client.workflow.getHandle('copied').fetchHistory();
  const input = Buffer.from(
    events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? [],
  ).toString();
  expect(input).toMatch(/"uri":"file:\/\/[^"]*\/storage\/uploads\/[0-9a-f]{32}\.csv"/);
  expect(uploads()).toEqual([]);
});

test('if the storage of the command is not that of the workers, the command says so and what to do', async () => {
  const path = await rig.file('elsewhere.csv', 'name\nA\n');
  const mine = `${rig.environment['PRISM_STORAGE']}-of-mine`;
  const { code, stderr } = await runCli(importOf(path), { ...rig.environment, PRISM_STORAGE: mine });
  expect(code).toBe(2);
  expect(stderr).toContain(`PRISM_STORAGE: saw "${mine}", expected the storage of the workers.`);
  expect(stderr).toContain('Set PRISM_STORAGE here to the value that the workers have');
  expect(stderr).not.toContain('source.uri');
  expect(uploads(mine.replace('file:', ''))).toEqual([]);
});

test.each([
  { say: 'the pipeline cannot plan', content: `name\n${'\n'.repeat(3_000_000)}`, flags: [], seen: /no rows/ },
  {
    say: 'has an id that no server takes',
    content: 'name\nA\n',
    flags: ['--id', 'x'.repeat(1500)],
    seen: /id/,
  },
])('of a file that $say, no copy is left', async ({ content, flags, seen }) => {
  const path = await rig.file('refused.csv', content);
  const { code, stderr } = await runCli(importOf(path, ...flags), rig.environment);
  expect(code).toBe(2);
  expect(stderr).toMatch(seen);
  expect(uploads()).toEqual([]);
});

test('under the id of something that is no pipeline nothing of the copy is left', async () => {
  const path = await rig.file('taken.csv', 'name\nA\n');
  const options = { taskQueue: 'nobody', workflowId: 'taken' };
  const other = await rig.server.client.workflow.start('trackImport', options);
  const { code, stderr } = await runCli(importOf(path, '--id', 'taken'), rig.environment);
  await other.terminate();
  expect(code).toBe(1);
  expect(stderr).toContain('"taken" is of type trackImport, not a pipeline');
  expect(uploads()).toEqual([]);
});

test('under the id of an import that has ended the next file is imported anew, and its copy removed', async () => {
  const first = await rig.file('first.csv', 'name\nA\n');
  await runCli(importOf(first, '--id', 'ended'), rig.environment);
  const second = await rig.file('second.csv', 'name\nB\nC\n');
  const { code, stdout } = await runCli(importOf(second, '--id', 'ended'), rig.environment);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ totals: { rows: 2, created: 2 } });
  expect(uploads()).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while a file is copied leaves nothing of it and starts nothing',
  async (signal) => {
    const path = await rig.file(`${signal}.csv`, 'name\n');
    truncateSync(path, 600 * 1024 * 1024);
    const run = startCli(importOf(path, '--id', signal), rig.environment);
    await until(() => uploads().length > 0);
    run.kill(signal);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Interrupted. Nothing was imported.');
    expect(uploads()).toEqual([]);
    await expect(rig.server.client.workflow.getHandle(signal).describe()).rejects.toThrow('not found');
  },
);

test('a file outside is refused by its URI, and nothing says whether it exists', async () => {
  const path = await rig.file('outside.csv', 'name\nA\n');
  const seen = 'not in a place that the workers may read';
  for (const uri of [pathToFileURL(path).href, 'file:///no/such.csv', 'file:///etc/passwd']) {
    const { code, stderr } = await runCli(importOf(uri, '--map', 'x=y'), rig.environment);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`${uri} (${seen})`) as string,
    });
  }
});

test('without storage it says what to set', async () => {
  const path = await rig.file('none.csv', 'name\nA\n');
  const { code, stderr } = await runCli(importOf(path), { ...rig.environment, PRISM_STORAGE: '' });
  expect(code).toBe(2);
  expect(stderr).toContain('PRISM_STORAGE: saw nothing, expected the storage of the workers');
});

test('a file that changes while it is copied is refused, and nothing of it is left', async () => {
  const path = await rig.file('growing.csv', 'name\n');
  truncateSync(path, 300 * 1024 * 1024);
  const run = startCli(importOf(path), rig.environment);
  await until(() => uploads().length > 0);
  appendFileSync(path, 'one more\n');
  const { code, stderr } = await run.ended;
  expect(code).toBe(1);
  expect(stderr).toContain('growing.csv" (changed while it was copied)');
  expect(uploads()).toEqual([]);
});

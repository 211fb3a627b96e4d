import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../src/cli/doctor/findings';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, withoutProgress } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

/** Runs the doctor and gives its exit code and findings by check. */
async function examine(variables: Record<string, string> = {}, ...flags: string[]) {
  const run = await runCli(['doctor', '--json', ...flags], { ...rig.environment, ...variables });
  const findings = JSON.parse(run.stdout) as Finding[];
  return { code: run.code, of: (check: string) => findings.find((each) => each.check === check) };
}
const polls = () => rig.emulator.controller.requests().length;

test('a deployment that works has no problem, and the check of the key is one request', async () => {
  const before = polls();
  const { code, stdout, stderr } = await runCli(['doctor'], rig.environment);
  expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
  expect(polls() - before).toBe(1);
  for (const check of ['workflows', 'files', 'requests'])
    expect(stdout).toMatch(
      new RegExp(`^ok +Workers for ${check} +prism-imports\\S*: \\S+ \\d+ m?i?n?s? ?.*ago`, 'm'),
    );
  expect(stdout).toMatch(/^ok +Rate limit +10 requests\/s for all workers together$/m);
  expect(stdout).toMatch(/^ok +Clock of Temporal +as this host's/m);
  expect(stdout).toMatch(/^ok +Clock of the API +as this host's/m);
  expect(stdout).toMatch(/^ok +API key +accepted by /m);
  expect(stdout).toMatch(/^ok +Search attributes +all 5 exist$/m);
  expect(stdout).toMatch(/^ok +Workflow ids +the server accepts 255 bytes, .* pipeline ids may have 220$/m);
  // The namespace of a development server keeps closed workflows for a day.
  expect(stdout).toMatch(
    /^warning +Namespace [^\n]*\n +Fix: temporal operator namespace update .* --retention 8d$/m,
  );
  expect(stdout).toMatch(/^0 problems, 1 warning$/m);
  expect(stdout).not.toContain('hunter2');
});

test('the storage is tried out and left clean', async () => {
  const { of } = await examine();
  expect(of('Storage')).toMatchObject({ level: 'ok', fix: null });
  const folder = join((rig.environment['PRISM_STORAGE'] ?? '').replace('file:', ''), 'doctor');
  // A folder that is empty may go, too.
  expect(await readdir(folder).catch(() => [])).toEqual([]);
});

test('a key that the API refuses is a problem, and is not shown', async () => {
  const rule = rig.emulator.controller.addRule({
    respond: { status: 401, body: { error: 'who are you' } },
  });
  const { code, of } = await examine({ MICRO_API_KEY: 'other-hunter2' });
  rule.remove();
  expect(code).toBe(1);
  expect(of('API key')).toMatchObject({ level: 'problem' });
  expect(JSON.stringify(of('API key'))).not.toContain('hunter2');
});

test('a clock that is wrong is seen', async () => {
  const rule = rig.emulator.controller.addRule({
    respond: { status: 404, headers: { date: new Date(Date.now() - 600_000).toUTCString() }, body: {} },
  });
  const { code, of } = await examine();
  rule.remove();
  expect(code).toBe(0);
  expect(of('Clock of the API')).toMatchObject({ level: 'warning' });
  expect(of('Clock of the API')?.seen).toMatch(/^(10 min|9 min 5\d s)/);
});

test('with --no-api nothing is asked', async () => {
  const before = polls();
  const { code, of } = await examine({}, '--no-api');
  expect(code).toBe(0);
  expect(polls()).toBe(before);
  expect(of('API key')).toMatchObject({ level: 'ok', seen: 'not checked (--no-api)' });
  expect(of('Clock of the API')).toBeUndefined();
});

test('queues without workers and a storage that is a file are problems with their fixes', async () => {
  const storage = `file:${await rig.file('occupied', 'x')}`;
  const { code, of } = await examine({ PRISM_TASK_QUEUE: 'nobody', PRISM_STORAGE: storage });
  expect(code).toBe(1);
  for (const work of ['workflows', 'files', 'requests'])
    expect(of(`Workers for ${work}`)).toMatchObject({
      level: 'problem',
      fix: expect.stringContaining('prism-imports worker') as unknown,
    });
  expect(of('Storage')).toMatchObject({
    level: 'problem',
    seen: expect.stringContaining('ENOTDIR') as unknown,
  });
});

test('a worker whose metrics are served here says what it has spent', async () => {
  const since = Date.now() / 1000 - 2 * 86_400;
  const page = `# TYPE x gauge\nprism_api_requests_this_month 41\nprism_api_quota_requests{a="b"} 50\nprism_api_requests_since_seconds ${since}\n`;
  const metrics = createServer((_, response) => response.end(page)).listen(0, '127.0.0.1');
  await once(metrics, 'listening');
  const address = `127.0.0.1:${(metrics.address() as AddressInfo).port}`;
  const variables = { PRISM_METRICS_ADDRESS: address, PRISM_DOCS_URL: 'https://wiki.example/prism' };
  const spent = await examine(variables, '--no-api');
  metrics.close();
  expect(spent.of('Requests of the month')).toMatchObject({
    level: 'warning',
    seen: expect.stringMatching(
      /^41 of 50 by the worker at \S+ since .*; \d+ a day(, \d+ by the month's end)?$/,
    ) as string,
    fix: expect.stringContaining(' https://wiki.example/prism/runbook.md#') as string,
  });
  expect(spent.of('Polls to come')).toMatchObject({ level: 'ok', seen: 'none: no import is open' });
  const nobody = await examine({ PRISM_METRICS_ADDRESS: address }, '--no-api');
  expect(nobody.of('Requests of the month')).toMatchObject({
    level: 'ok',
    seen: expect.stringMatching(/^not known: /) as string,
  });
});

test('without a server the rest is checked all the same', async () => {
  const { code, of } = await examine({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(code).toBe(1);
  expect(of('Temporal server')).toMatchObject({ level: 'problem' });
  expect(of('API key')).toMatchObject({ level: 'ok' });
  expect(of('Storage')).toMatchObject({ level: 'ok' });
});

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrismEmulator, type EmulatorOptions } from '../src';
import { benches, organizations, root, start, team } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const key = { 'idempotency-key': 'run-1/batch-0' };
const clock = { start, rate: 0 };
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-state-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newFile = () => join(folder, `state-${(count += 1)}.jsonl`);

/**
 * An emulator that goes on from a copy of another's file, as it lies there while the other still runs: what a kill
 * would leave.
 */
async function afterKill(stateFile: string, options: EmulatorOptions = {}) {
  const copy = newFile();
  await copyFile(stateFile, copy);
  return bench({ clock, stateFile: copy, ...options });
}

test('records, jobs, keys and the journal outlive the process', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  const launched = await before.post(path, organizations(150), key);
  await before.post(path, organizations(3, { dedupe_by: 'name', update_existing: true }));
  const jobPath = `${root}/imports/${String(launched.body['job_id'])}`;
  before.emulator.controller.advance('1d');

  const after = await afterKill(stateFile);
  expect(after.emulator.controller.journal).toEqual(before.emulator.controller.journal);
  expect(await after.emulator.controller.jobs()).toEqual(await before.emulator.controller.jobs());
  expect((await after.get(jobPath)).body).toEqual((await before.get(jobPath)).body);
  for (const page of [`${root}/organization?limit=50`, `${root}/organization/count`]) {
    expect((await after.get(page)).body).toEqual((await before.get(page)).body);
  }
  expect((await after.post(path, organizations(150), key)).body).toMatchObject({
    error: { code: 'idempotency_key_stale' },
  });
  const again = await after.post(path, organizations(150), { 'idempotency-key': 'another' });
  expect(again.status).toBe(202);
  expect(again.body['job_id']).not.toBe(launched.body['job_id']);
  expect(after.emulator.controller.counts().organization).toBe(150);
  const ids = after.emulator.controller.journal.map(({ requestId }) => requestId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a key replays after the restart what it got before', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  const first = await before.post(path, organizations(5, {}), key);
  const after = await afterKill(stateFile);
  const again = await after.post(path, organizations(5, {}), key);
  expect(again.headers.get('idempotent-replay')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(after.emulator.controller.counts().organization).toBe(5);
});

test('what was done for a request that was never answered is kept, and its key too', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  before.emulator.controller.addRule({ method: 'POST', times: 1, send: { delay: '1h' } });
  const gone = new AbortController();
  const lost = fetch(before.emulator.baseUrl + path, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'content-type': 'application/json', ...key },
    body: JSON.stringify(organizations(5, {})),
    signal: gone.signal,
  }).catch(() => undefined);
  while (before.emulator.controller.counts().organization === 0) await new Promise(setImmediate);
  const after = await afterKill(stateFile);
  const again = await after.post(path, organizations(5, {}), key);
  expect(again.headers.get('idempotent-replay')).toBe('true');
  expect(after.emulator.controller.counts().organization).toBe(5);
  gone.abort();
  await lost;
});

test('a key that a failure freed is free after the restart, one that it kept is kept', async () => {
  for (const [keyFreedAfter, status] of [
    ['5xx', 200],
    ['never', 409],
  ] as const) {
    const stateFile = newFile();
    const before = await bench({ clock, stateFile, keyFreedAfter });
    before.emulator.controller.addRule({ times: 1, alter: { status: 503 } });
    expect((await before.unchecked.post(path, organizations(2, {}), key)).status).toBe(503);
    const after = await afterKill(stateFile, { keyFreedAfter });
    expect((await after.post(path, organizations(2, {}), key)).status).toBe(status);
  }
});

test('what is drawn after the restart is what would have been drawn without it', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  await before.post(path, organizations(150));
  const after = await afterKill(stateFile);
  const [there, here] = [
    await before.post(path, organizations(120)),
    await after.post(path, organizations(120)),
  ];
  expect(here.body['job_id']).toBe(there.body['job_id']);
  expect(await after.emulator.controller.createJob({ teamId: team })).toBe(
    await before.emulator.controller.createJob({ teamId: team }),
  );
});

test('the clock stands where it stood', async () => {
  const stateFile = newFile();
  const before = await bench({ clock: 'manual', stateFile });
  before.emulator.controller.setTime('2026-12-24T00:00:00.000Z');
  const after = await afterKill(stateFile, { clock: 'manual' });
  expect(await after.emulator.controller.now()).toBe(Date.parse('2026-12-24'));
});

test('made-up jobs, changes of jobs and what they leave out are kept, deleted jobs stay deleted', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  const { controller } = before.emulator;
  const kept = await controller.createJob({ teamId: team, total: 10 });
  await controller.setJob(kept, { status: 'failed', processed: undefined });
  const deleted = await controller.createJob({ teamId: team, jobId: 'gone' });
  controller.deleteJob(deleted);
  const after = await afterKill(stateFile);
  const { body } = await after.unchecked.get(`${root}/imports/${kept}`);
  expect(body['status']).toBe('failed');
  expect(body).not.toHaveProperty('processed');
  expect((await after.get(`${root}/imports/gone`)).status).toBe(404);
  expect(await after.emulator.controller.createJob({ teamId: team })).not.toBe(kept);
});

test('rules go on where they were; those that are functions end with the process', async () => {
  const stateFile = newFile();
  const rules = [{ operation: 'count' as const, nth: 3, respond: { status: 503 } }];
  const before = await bench({ clock, stateFile, rules });
  before.emulator.controller.addRule({ path: /deal$/, times: 2, respond: { status: 502 } });
  before.emulator.controller.addRule({ path: /lists/, respond: () => ({ status: 500 }) });
  before.emulator.controller.addRule({ operation: 'import', respond: 'hang' }).remove();
  await before.get(`${root}/deal/count`);
  await before.unchecked.get(`${root}/deal`);
  const after = await afterKill(stateFile, { rules });
  const seen = [];
  for (const what of ['deal/count', 'deal/count', 'deal', 'deal', 'lists']) {
    seen.push((await after.unchecked.get(`${root}/${what}`)).status);
  }
  expect(seen).toEqual([200, 503, 502, 200, 200]);
  expect(after.emulator.controller.addRule({ respond: 'hang' }).id).not.toBe('rule-1');
});

test('the monthly quota is not filled up by a restart', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile, requestsPerMonth: 3 });
  expect((await before.get(`${root}/deal/count`)).status).toBe(200);
  expect((await before.get(`${root}/imports/none`)).status).toBe(404);
  const after = await afterKill(stateFile, { requestsPerMonth: 3 });
  expect((await after.get(`${root}/deal/count`)).status).toBe(200);
  expect((await after.get(`${root}/deal/count`)).status).toBe(429);
});

test('options that an import created are kept', async () => {
  const stateFile = newFile();
  const properties = { deal: { stage: { type: 'select' as const, options: ['won'] } } };
  const objects = [{ default: { stage: 'new' } }];
  const before = await bench({ clock, stateFile, properties });
  await before.post(`${root}/deal/import`, { objects, options: { create_missing_options: true } });
  const after = await afterKill(stateFile, { properties });
  const { body } = await after.post(`${root}/deal/import`, { objects });
  expect(body).toMatchObject({ succeeded: 1, failed: 0 });
});

test('a reset empties the file', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  await before.post(path, organizations(150), key);
  before.emulator.controller.advance('1h');
  before.emulator.controller.reset();
  await before.post(path, organizations(2), key);
  const after = await afterKill(stateFile);
  expect(after.emulator.controller.counts().organization).toBe(2);
  expect(after.emulator.controller.journal).toHaveLength(1);
  expect(await after.emulator.controller.now()).toBe(start + 3_600_000);
});

test('a line that was being written is dropped, and what comes after it can be read', async () => {
  const stateFile = newFile();
  const before = await bench({ clock, stateFile });
  await before.post(path, organizations(2, {}));
  await appendFile(stateFile, '[{"type":"imported","teamId":"7951');
  const after = await afterKill(stateFile);
  expect(after.emulator.controller.counts().organization).toBe(2);
  await after.post(path, organizations(3, {}));
  const last = await afterKill(join(folder, `state-${count}.jsonl`));
  expect(last.emulator.controller.counts().organization).toBe(5);
});

test('no API key is in the file', async () => {
  const stateFile = newFile();
  const { post } = await bench({ clock, stateFile, keyScope: 'api-key' });
  await post(path, organizations(2, {}), { 'x-api-key': 'secret-key', ...key });
  const text = await readFile(stateFile, 'utf8');
  expect(text).toContain(key['idempotency-key']);
  expect(text).not.toContain('secret-key');
});

test.each([
  { say: 'other content', text: '{"name": "a package"}\n', error: /line 1.*delete it to start anew/ },
  { say: 'a broken line', text: '[]\n[{"type"\n', error: /line 2/ },
])('a file with $say is refused', async ({ text, error }) => {
  const stateFile = newFile();
  await writeFile(stateFile, text);
  await expect(startPrismEmulator({ stateFile })).rejects.toThrow(error);
  expect(await readFile(stateFile, 'utf8')).toBe(text);
});

test('a file that cannot be opened is named', async () => {
  const stateFile = join(folder, 'no', 'such', 'folder');
  await expect(startPrismEmulator({ stateFile })).rejects.toThrow(`${stateFile} cannot be opened`);
});

test('a process that is killed at any moment has lost nothing that it answered', async () => {
  const stateFile = newFile();
  const answered: string[] = [];
  let launches = 0;
  for (let round = 0; round < 3; round++) {
    const { child, baseUrl } = await startProcess(stateFile);
    let alive = true;
    const work = async () => {
      while (alive) {
        const name = `batch-${(launches += 1)}`;
        const response = await fetch(baseUrl + path, {
          method: 'POST',
          headers: { 'x-api-key': 'k', 'content-type': 'application/json', 'idempotency-key': name },
          body: JSON.stringify({ objects: [{ default: { name } }] }),
        }).catch(() => null);
        const body = await response?.text().catch(() => '');
        if (body) answered.push((JSON.parse(body) as { results: { id: string }[] }).results[0]?.id ?? '');
        if (answered.length > (round + 1) * 50) child.kill('SIGKILL');
      }
    };
    const ended = once(child, 'exit').then(() => (alive = false));
    await Promise.all([work(), work(), work(), ended]);
  }
  const { get, emulator } = await bench({ clock: 'real', stateFile });
  expect(answered.length).toBeGreaterThan(150);
  for (const id of answered) expect((await get(`${root}/organization/${id}`)).status).toBe(200);
  expect(emulator.controller.counts().organization).toBeLessThanOrEqual(launches);
});

async function startProcess(stateFile: string): Promise<{ child: ChildProcess; baseUrl: string }> {
  const program = join(__dirname, '..', 'dist', 'main.js');
  const child = fork(program, ['--port', '0', '--state', stateFile, '--json'], { silent: true });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { child, baseUrl: (JSON.parse(line.toString()) as { baseUrl: string }).baseUrl };
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrismEmulator } from '../src';
import { runEmulator } from '../src/run';
import { benches, organizations, root, team } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('emulators share nothing', async () => {
  const [a, b] = [await bench(), await bench()];
  const key = { 'idempotency-key': 'same' };
  const job = await a.post(path, organizations(150), key);
  a.emulator.controller.addRule({ path: /deal/, respond: { status: 500 } });
  expect((await b.get(`${root}/imports/${String(job.body['job_id'])}`)).status).toBe(404);
  expect((await b.get(`${root}/deal/count`)).status).toBe(200);
  expect((await b.post(path, organizations(2), key)).headers.get('idempotent-replay')).toBeNull();
  expect([a.emulator.controller.counts().organization, b.emulator.controller.counts().organization]).toEqual([
    150, 2,
  ]);
  expect([a.emulator.controller.journal.length, b.emulator.controller.journal.length]).toEqual([1, 3]);
  await a.emulator.close();
  expect((await b.get(`${root}/deal/count`)).status).toBe(200);
});

test('the journal, also in its file, tells what each request did, without key, query or row contents', async () => {
  const journalFile = join(folder, 'journal.ndjson');
  const { post, get, emulator } = await bench({ journalFile });
  const key = { 'idempotency-key': 'k-1', 'x-api-key': 'secret-key' };
  const job = await post(path, organizations(100), key);
  const jobId = job.body['job_id'];
  await post(path, organizations(100), key);
  await get(`${root}/imports/${String(jobId)}`);
  await get(`${root}/organization?name=Org%207`);
  const entry = (parts: object) => ({
    at: '2026-11-23T09:00:00.000Z',
    requestId: expect.stringMatching(/^req_/) as string,
    idempotencyKey: null,
    teamId: team,
    kind: 'organization',
    did: 'read',
    jobId: null,
    rows: null,
    rule: null,
    retry: null,
    ...parts,
  });
  const what = { operation: 'import', did: 'launched', idempotencyKey: 'k-1', jobId, rows: 100 };
  const launch = { method: 'POST', path, status: 202, ...what };
  expect(emulator.controller.journal).toEqual([
    entry(launch),
    entry({ ...launch, did: 'replayed' }),
    entry({
      method: 'GET',
      path: `${root}/imports/${String(jobId)}`,
      operation: 'status',
      kind: null,
      status: 200,
      jobId,
    }),
    entry({ method: 'GET', path: `${root}/organization`, operation: 'list', status: 200 }),
  ]);
  await emulator.close();
  await emulator.close();
  const text = await readFile(journalFile, 'utf8');
  expect(text).not.toMatch(/secret-key|Org|example/);
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(emulator.controller.journal);
});

test.each<{ options: Record<string, unknown>; error: RegExp }>([
  { options: { port: -1 }, error: /port: saw -1/ },
  { options: { asyncThreshold: NaN }, error: /asyncThreshold.*a number from 0/ },
  { options: { job: { duration: { min: 2, max: 1 } } }, error: /job.duration: .*min at most max/ },
  { options: { clock: 5 }, error: /clock: saw 5, expected 'real', 'manual'/ },
  { options: { threshold: 5 }, error: /threshold: saw 5, expected no such field/ },
])('options $options are refused', async ({ options, error }) => {
  const starting = startPrismEmulator(options);
  await expect(starting).rejects.toThrow(TypeError);
  await expect(starting).rejects.toThrow(error);
});

test.each([{ apiKey: '' }, { apiKey: ['secret', ''] }, { apikey: 'secret' }])(
  'a key that cannot be used is not shown',
  async (options) => {
    const starting = startPrismEmulator(options);
    await expect(starting).rejects.toThrow(/api_?key/i);
    await expect(starting).rejects.not.toThrow(/secret/);
  },
);

test('a taken port and a journal that cannot be opened are named', async () => {
  const { emulator } = await bench();
  const { port } = emulator;
  await expect(startPrismEmulator({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  const journalFile = join(folder, 'no', 'such', 'folder');
  await expect(startPrismEmulator({ journalFile })).rejects.toThrow(`${journalFile} cannot be opened`);
});

test('the command line gives durations as texts', async () => {
  const emulator = await runEmulator({ port: 0, jobDuration: '1m..2m', retention: '1h' });
  try {
    const response = await fetch(emulator.baseUrl + path, {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'content-type': 'application/json' },
      body: JSON.stringify(organizations(100)),
    });
    const job = (await response.json()) as { created_at: string; expires_at: string };
    expect(Date.parse(job.expires_at) - Date.parse(job.created_at)).toBe(3_600_000);
  } finally {
    await emulator.close();
  }
});

test.each([
  { title: 'an option', options: { jobDuration: '3h' }, duration: 3 },
  { title: 'the settings file', options: {}, duration: 2 },
  { title: 'the default', options: { settingsFile: undefined }, duration: 1 },
])('the duration of a job is that of $title', async ({ options, duration }) => {
  const settingsFile = join(folder, 'duration.json');
  await writeFile(settingsFile, JSON.stringify({ job: { duration: '2h' } }));
  const emulator = await runEmulator({
    port: 0,
    clock: 'header',
    defaultJobDuration: '1h',
    settingsFile,
    ...options,
  });
  const send = async (url: string, hour: number, request: RequestInit = {}) => {
    const time = new Date(Date.parse('2026-11-30T00:00:00Z') + hour * 3_600_000).toISOString();
    const headers = { 'x-api-key': 'k', 'content-type': 'application/json', 'x-emulator-time': time };
    return (await fetch(url, { headers, ...request })).json() as Promise<{ job_id: string; status: string }>;
  };
  try {
    const body = JSON.stringify(organizations(100));
    const { job_id } = await send(emulator.baseUrl + path, 0, { method: 'POST', body });
    const job = `${emulator.baseUrl}${path.replace(/organization.import$/, `imports/${job_id}`)}`;
    const seen = [await send(job, duration - 0.1), await send(job, duration + 0.1)];
    expect(seen.map(({ status }) => status)).toEqual(['processing', 'complete']);
  } finally {
    await emulator.close();
  }
});

test.each([{ jobDuration: 'soon' }, { jobDuration: '1s..' }, { retention: '1 week' }])(
  'the command line refuses %j',
  async (options) => {
    await expect(runEmulator({ port: 0, ...options })).rejects.toThrow(
      /expected a (text|number of milliseconds or a text) like/,
    );
  },
);

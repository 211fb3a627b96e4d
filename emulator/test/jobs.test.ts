import { retentionMs, type RowResult } from '../src/prism/contract';
import { benches, organizations, root, start, team, type Bench } from './support/client';

const bench = benches();
const iso = (ms: number) => new Date(ms).toISOString();

async function launch({ post }: Bench, rows = 200): Promise<string> {
  return String((await post(`${root}/organization/import`, organizations(rows, {}))).body['job_id']);
}

test.each([
  { say: '7 days', options: {}, lasts: retentionMs },
  { say: 'as set', options: { retention: 60_000 }, lasts: 60_000 },
])('a job is kept for its retention ($say) from its creation, then it is 404', async ({ options, lasts }) => {
  const b = await bench(options);
  const path = `${root}/imports/${await launch(b)}`;
  b.clock.now = start + lasts - 1;
  const last = await b.get(path);
  expect(last.body).toMatchObject({ status: 'complete', expires_at: iso(start + lasts) });
  b.clock.now = start + lasts;
  const gone = await b.get(path);
  expect(gone.status).toBe(404);
  expect(gone.body).toMatchObject({ error: { code: 'not_found' } });
  expect(await b.emulator.controller.jobs()).toMatchObject([{ state: 'expired' }]);
});

test('a job at work does not expire', async () => {
  const b = await bench({ job: { duration: 10_000 }, retention: 5000 });
  const path = `${root}/imports/${await launch(b)}`;
  b.clock.now = start + 9000;
  expect((await b.get(path)).body['status']).toBe('processing');
  b.clock.now = start + 10_000;
  expect((await b.get(path)).status).toBe(404);
});

test('a job is not visible to another team', async () => {
  const b = await bench();
  const jobId = await launch(b);
  expect((await b.get(`/v2/prism/other-team/imports/${jobId}`)).status).toBe(404);
});

test('failed rows are counted as the job reaches them', async () => {
  const b = await bench({ job: { duration: 100 } });
  const objects = Array.from({ length: 100 }, (_, n) => ({
    default: { email: n % 10 === 5 ? 'x' : `a${n}@b.c` },
  }));
  const { body } = await b.post(`${root}/contact/import`, { objects });
  const counters = [];
  for (const at of [50, 56, 100]) {
    b.clock.now = start + at;
    const job = (await b.get(`${root}/imports/${String(body['job_id'])}`)).body;
    counters.push([job['processed'], job['succeeded'], job['failed']]);
  }
  expect(counters).toEqual([
    [50, 45, 5],
    [56, 50, 6],
    [100, 90, 10],
  ]);
});

describe('how long a job takes', () => {
  test.each([
    { say: 'a number', law: 1500, expected: [1500, 1500] },
    { say: 'a text', law: '1.5s', expected: [1500, 1500] },
    { say: 'so much for each row', law: { base: '1s', perRow: 2 }, expected: [1200, 1300] },
    { say: 'zero', law: 0, expected: [0, 0] },
  ])('is $say', async ({ law, expected }) => {
    const b = await bench({ job: { duration: law } });
    for (const [index, rows] of [100, 150].entries()) {
      b.clock.now = start;
      const path = `${root}/imports/${await launch(b, rows)}`;
      const end = start + (expected[index] ?? 0);
      b.clock.now = end - 1;
      if (end > start) expect((await b.get(path)).body['status']).toBe('processing');
      b.clock.now = end;
      expect((await b.get(path)).body['status']).toBe('complete');
    }
  });

  test('is drawn from a range, the same for the same seed, as are all ids', async () => {
    const run = async (seed: string) => {
      const b = await bench({ seed, job: { duration: { min: 1000, max: 9000 } } });
      const ids = [await launch(b), await launch(b)];
      b.clock.now = start + 60_000;
      const jobs = await Promise.all(ids.map((id) => b.get(`${root}/imports/${id}`)));
      return jobs.map(({ body }) => ({
        id: body['job_id'],
        tookMs: Date.parse(String(body['updated_at'])) - start,
        records: (body['results'] as RowResult[]).map(({ id }) => id),
      }));
    };
    const [first, same, other] = [await run('a'), await run('a'), await run('b')];
    expect(first).toEqual(same);
    expect(first?.[0]?.id).not.toBe(other?.[0]?.id);
    const times = [...(first ?? []), ...(other ?? [])].map(({ tookMs }) => tookMs);
    expect(times.every((ms) => ms >= 1000 && ms < 9000)).toBe(true);
    expect(new Set(times).size).toBe(4);
    expect(new Set(first?.flatMap(({ records }) => records)).size).toBe(400);
  });
});

describe('a test scripts a job', () => {
  test('failing it freezes its progress', async () => {
    const b = await bench({ job: { duration: 10_000 } });
    const jobId = await launch(b);
    b.clock.now = start + 2000;
    await b.emulator.controller.setJob(jobId, {
      status: 'failed',
      error: { code: 'worker_failed', message: 'gone' },
    });
    b.clock.now = start + 60_000;
    const { body } = await b.get(`${root}/imports/${jobId}`);
    expect(body).toMatchObject({
      status: 'failed',
      processed: 40,
      error: { code: 'worker_failed' },
      updated_at: iso(start + 2000),
    });
    expect(body).not.toHaveProperty('results');
  });

  test('failing it without an error gives one, as the API promises', async () => {
    const b = await bench();
    const jobId = await launch(b);
    await b.emulator.controller.setJob(jobId, { status: 'failed' });
    const { body } = await b.get(`${root}/imports/${jobId}`);
    expect(body['error']).toEqual({
      code: expect.any(String) as string,
      message: expect.any(String) as string,
    });
  });

  test('completing it early shows all results', async () => {
    const b = await bench({ job: { duration: 10_000 } });
    const jobId = await launch(b);
    b.clock.now = start + 1000;
    await b.emulator.controller.setJob(jobId, { status: 'complete' });
    const { body } = await b.get(`${root}/imports/${jobId}`);
    expect(body).toMatchObject({ status: 'complete', processed: 200, updated_at: iso(start + 1000) });
    expect(body['results']).toHaveLength(200);
  });

  test.each([
    { say: 'an unknown status', patch: { status: 'queued' }, expected: { status: 'queued' } },
    { say: 'counters', patch: { processed: 7, failed: null }, expected: { processed: 7, failed: null } },
    { say: 'fields of its own', patch: { phase: 2 }, expected: { phase: 2 } },
    { say: 'no counters', patch: { processed: undefined }, expected: { processed: undefined } },
    { say: 'no status', patch: { status: undefined }, expected: { status: undefined } },
  ])('it shows $say', async ({ patch, expected }) => {
    const b = await bench();
    const jobId = await launch(b);
    await b.emulator.controller.setJob(jobId, patch);
    const { body } = await b.unchecked.get(`${root}/imports/${jobId}`);
    for (const [field, value] of Object.entries(expected)) expect(body[field]).toEqual(value);
  });

  test('it vanishes early', async () => {
    const b = await bench();
    const jobId = await launch(b);
    expect(b.emulator.controller.deleteJob(jobId)).toBe(true);
    expect((await b.get(`${root}/imports/${jobId}`)).status).toBe(404);
    expect(b.emulator.controller.deleteJob(jobId)).toBe(false);
  });

  test('its retention moves with expires_at', async () => {
    const b = await bench({ job: { duration: 0 } });
    const jobId = await launch(b);
    await b.emulator.controller.setJob(jobId, { expires_at: iso(start + 5000) });
    expect((await b.get(`${root}/imports/${jobId}`)).body['expires_at']).toBe(iso(start + 5000));
    b.clock.now = start + 5000;
    expect((await b.get(`${root}/imports/${jobId}`)).status).toBe(404);
  });

  test('one is made up, with any id, and proceeds to its end', async () => {
    const b = await bench();
    const jobId = await b.emulator.controller.createJob({
      teamId: team,
      jobId: 'imp/1 ä',
      total: 10,
      duration: 1000,
      kind: 'deal',
    });
    expect(jobId).toBe('imp/1 ä');
    const path = `${root}/imports/${encodeURIComponent(jobId)}`;
    b.clock.now = start + 500;
    expect((await b.get(path)).body).toMatchObject({ status: 'processing', total: 10, processed: 5 });
    b.clock.now = start + 1000;
    expect((await b.get(path)).body['results']).toHaveLength(10);
    expect(await b.emulator.controller.jobs()).toEqual([
      {
        id: jobId,
        teamId: team,
        kind: 'deal',
        rows: 10,
        launchedAt: iso(start),
        state: 'complete',
        launchRequests: 0,
      },
    ]);
    await expect(b.emulator.controller.createJob({ teamId: team, jobId })).rejects.toThrow(/already a job/);
  });

  test('one is made up as it stands, created in the past', async () => {
    const b = await bench();
    const results = [{ error: 'bad stage' }, { id: null, created: true }];
    const jobId = await b.emulator.controller.createJob({
      teamId: team,
      status: 'complete',
      results,
      total: 3,
      created_at: iso(start - 1000),
    });
    const { body } = await b.unchecked.get(`${root}/imports/${jobId}`);
    expect(body).toMatchObject({
      status: 'complete',
      total: 3,
      processed: 2,
      failed: 1,
      results,
      created_at: iso(start - 1000),
    });
  });

  test.each([
    { say: 'an unknown job', jobId: 'none', patch: {}, error: /no job none/ },
    {
      say: 'a date that is none',
      jobId: 'known',
      patch: { expires_at: 'soon' },
      error: /expires_at.*ISO 8601/,
    },
  ])('$say is an error', async ({ jobId, patch, error }) => {
    const b = await bench();
    await b.emulator.controller.createJob({ teamId: team, jobId: 'known' });
    await expect(b.emulator.controller.setJob(jobId, patch)).rejects.toThrow(error);
  });
});

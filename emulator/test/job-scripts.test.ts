import { startPrismEmulator, type EmulatorOptions, type JobScript } from '../src';
import { doneShare } from '../src/prism/jobs/progress';
import { progressSchema, type Progress } from '../src/prism/jobs/job-script';
import { benches, organizations, root, start, team, type Bench } from './support/client';

const bench = benches();

async function launch({ post }: Bench, rows = 100, script?: JobScript): Promise<string> {
  const headers = script === undefined ? {} : { 'x-emulator-job': JSON.stringify(script) };
  const { body } = await post(`${root}/organization/import`, organizations(rows, {}), headers);
  return `${root}/imports/${String(body['job_id'])}`;
}

test.each<{ progress: Progress; shows: (number | null)[] }>([
  { progress: 'linear', shows: [0, 0.25, 0.5, 0.75] },
  { progress: 'none', shows: [null, null, null, null] },
  { progress: 'zero', shows: [0, 0, 0, 0] },
  { progress: { curve: 2 }, shows: [0, 0.0625, 0.25, 0.5625] },
  { progress: { bursts: 2 }, shows: [0, 0, 0.5, 0.5] },
  { progress: { stall: { from: 0.25, until: 0.5 } }, shows: [0, 0.25, 0.25, 0.625] },
  { progress: { backwards: { at: 0.5, to: 0.2 } }, shows: [0, 0.25, 0.2, 0.6] },
  {
    progress: {
      points: [
        [0.25, 0.5],
        [0.5, 0.1],
        [0.5, 0.8],
      ],
    },
    shows: [0, 0.5, 0.8, 0.9],
  },
])('progress $progress shows $shows after each quarter', ({ progress, shows }) => {
  const parsed = progressSchema.parse(progress);
  const seen = [0, 0.25, 0.5, 0.75].map((time) => doneShare(parsed, time));
  seen.forEach((share, index) => {
    const expected = shows[index] ?? null;
    if (expected === null) expect(share).toBeNull();
    else expect(share).toBeCloseTo(expected, 10);
  });
});

test('a job waits in its queue before it makes progress', async () => {
  const b = await bench({ job: { queue: '10s', duration: '10s' } });
  const path = await launch(b);
  const seen = [];
  for (const seconds of [5, 10, 15, 20]) {
    b.clock.now = start + seconds * 1000;
    const { body } = await b.get(path);
    seen.push([body['status'], body['processed']]);
  }
  expect(seen).toEqual([
    ['processing', 0],
    ['processing', 0],
    ['processing', 50],
    ['complete', 100],
  ]);
});

test('a job that fails on its way says where, keeps the records before and has none after', async () => {
  const failed = { code: 'import_worker_failed', message: 'out of memory' };
  const b = await bench({ job: { duration: '10s', end: { failed, at: 0.4 } } });
  const path = await launch(b);
  b.clock.now = start + 10_000;
  const { body } = await b.get(path);
  expect(body).toMatchObject({ status: 'failed', error: failed, total: 100, processed: 40, succeeded: 40 });
  expect(body).not.toHaveProperty('results');
  expect(b.emulator.controller.counts().organization).toBe(40);
});

test('a job that never ends is still at work when its retention would be over', async () => {
  const b = await bench({ job: { end: 'never' }, retention: '1h' });
  const path = await launch(b);
  b.clock.now = start + 50 * 3_600_000;
  expect((await b.get(path)).body).toMatchObject({ status: 'processing', processed: 100 });
});

test('the request goes before the rule, the rule before the team, the team before the settings', async () => {
  const b = await bench({
    job: { duration: '1s', queue: '1s', progress: 'zero', end: 'never' },
    teamJobs: { [team]: { queue: '2s', progress: 'zero', end: 'never' } },
    rules: [{ operation: 'import', job: { progress: 'none', end: 'never' } }],
  });
  const path = await launch(b, 100, { end: 'complete' });
  b.clock.now = start + 2999;
  const { body } = await b.get(path);
  expect(body['status']).toBe('processing');
  expect(body).not.toHaveProperty('processed');
  b.clock.now = start + 3000;
  expect((await b.get(path)).body['status']).toBe('complete');
});

test.each(['{', '{"duration":"soon"}', '{"speed":1}'])(
  'a request with the script %s is 400',
  async (script) => {
    const b = await bench();
    const reply = await b.post(`${root}/deal/import`, organizations(1), { 'x-emulator-job': script });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ error: { errors: [{ field: '.headers.x-emulator-job' }] } });
  },
);

test.each<{ rows: NonNullable<JobScript['rows']>; failed: number[] }>([
  { rows: [{ positions: [0, 7] }], failed: [0, 7] },
  { rows: [{ every: 4 }], failed: [3, 7] },
  { rows: [{ where: { name: 'Org 5' } }], failed: [5] },
  { rows: [{ share: 1 }], failed: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
])('rows by $rows fail and leave no record, also when the answer comes at once', async ({ rows, failed }) => {
  const b = await bench({ job: { rows } });
  const { body } = await b.post(`${root}/organization/import`, organizations(10, {}));
  const results = body['results'] as { error?: { code: string } }[];
  expect(results.flatMap(({ error }, index) => (error ? [index] : []))).toEqual(failed);
  expect(body['failed']).toBe(failed.length);
  expect(b.emulator.controller.counts().organization).toBe(10 - failed.length);
});

test('what is drawn is the same for the same seed', async () => {
  const options: EmulatorOptions = {
    job: { duration: { median: '3m', sigma: 1.5 }, queue: { min: 0, max: '1m' }, rows: [{ share: 0.3 }] },
  };
  const run = async (seed: string) => {
    const b = await bench({ ...options, seed });
    const paths = [await launch(b), await launch(b)];
    b.clock.now = start + 3 * 86_400_000;
    return Promise.all(paths.map(async (path) => (await b.get(path)).body));
  };
  const [first, same, other] = [await run('a'), await run('a'), await run('b')];
  expect(first).toEqual(same);
  expect(first[0]?.['updated_at']).not.toBe(first[1]?.['updated_at']);
  expect(first[0]?.['updated_at']).not.toBe(other[0]?.['updated_at']);
  for (const { failed } of [...first, ...other]) {
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(50);
  }
});

test.each<{ job: object; error: RegExp }>([
  { job: { duration: { median: '1m' } }, error: /job\.duration: .*median, sigma/ },
  { job: { progress: { stall: { from: 0.5, until: 0.4 } } }, error: /job\.progress\.stall: / },
  {
    job: {
      progress: {
        points: [
          [0.5, 1],
          [0.4, 1],
        ],
      },
    },
    error: /job\.progress\.points: .*times that do not fall/,
  },
  { job: { end: 'soon' }, error: /job\.end: saw "soon", expected 'complete'/ },
  { job: { rows: [{ every: 2, share: 1 }] }, error: /job\.rows\[0\]: .*exactly one of/ },
])('the script $job is refused', async ({ job, error }) => {
  await expect(startPrismEmulator({ job })).rejects.toThrow(error);
});

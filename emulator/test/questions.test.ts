import { type EmulatorOptions } from '../src';
import { benches, organizations, root, start } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const iso = (ms: number) => new Date(ms).toISOString();
const jobPath = ({ body }: { body: Record<string, unknown> }) => `${root}/imports/${String(body['job_id'])}`;

describe('question 1, which imports become jobs', () => {
  test.each<{ asyncThreshold: EmulatorOptions['asyncThreshold']; rows: number; status: number }>([
    { asyncThreshold: null, rows: 2000, status: 200 },
    { asyncThreshold: 1, rows: 1, status: 202 },
  ])(
    'with the threshold $asyncThreshold $rows rows are $status',
    async ({ asyncThreshold, rows, status }) => {
      const { post } = await bench({ asyncThreshold });
      expect((await post(path, organizations(rows, {}))).status).toBe(status);
    },
  );
});

describe('question 3, the largest body', () => {
  const mebibytes = 1024 * 1024;
  const ofSize = (bytes: number) => JSON.stringify(organizations(1)).padEnd(bytes);

  test.each<{ options: EmulatorOptions; bytes: number; status: number }>([
    { options: {}, bytes: 10 * mebibytes, status: 200 },
    { options: {}, bytes: 10 * mebibytes + 1, status: 413 },
    { options: { maxBodyBytes: 500 }, bytes: 500, status: 200 },
    { options: { maxBodyBytes: 500 }, bytes: 501, status: 413 },
    { options: { maxBodyBytes: null }, bytes: 10 * mebibytes + 1, status: 200 },
  ])('with $options $bytes bytes are $status', async ({ options, bytes, status }) => {
    const { post } = await bench(options);
    expect((await post(path, ofSize(bytes))).status).toBe(status);
  });

  const message = 'The body is larger than 500 bytes';
  const standard = {
    error: { code: 'payload_too_large', message, request_id: expect.any(String) as string },
  };
  test.each<{ oversizeAnswer: EmulatorOptions['oversizeAnswer']; status: number; body: unknown }>([
    { oversizeAnswer: {}, status: 413, body: standard },
    { oversizeAnswer: { status: 400 }, status: 400, body: standard },
    { oversizeAnswer: { envelope: 'flat' }, status: 413, body: { message } },
    { oversizeAnswer: { status: 503, envelope: 'flat' }, status: 503, body: { message } },
  ])(
    'a larger one is answered as $oversizeAnswer says, wherever it is sent',
    async ({ oversizeAnswer, ...expected }) => {
      const { post, emulator } = await bench({
        maxBodyBytes: 500,
        ...(oversizeAnswer && { oversizeAnswer }),
      });
      for (const target of [path, `${root}/deal/query`]) {
        const { status, body } = await post(target, ofSize(501));
        expect({ status, body }).toEqual(expected);
      }
      expect(emulator.controller.counts().organization).toBe(0);
    },
  );

  test('a larger one leaves its key free', async () => {
    const { post } = await bench({ maxBodyBytes: 500 });
    const key = { 'idempotency-key': 'k' };
    expect((await post(path, ofSize(501), key)).status).toBe(413);
    const { status, headers } = await post(path, ofSize(500), key);
    expect([status, headers.get('idempotent-replay')]).toEqual([200, null]);
  });
});

describe('question 8, the 404 of a job', () => {
  const message = 'Import job not found';
  const standard = (code: string) => ({ error: { code, message, request_id: expect.any(String) as string } });

  test.each<{ options: EmulatorOptions; unknown: unknown; expired: unknown }>([
    { options: {}, unknown: standard('not_found'), expired: standard('not_found') },
    { options: { tellExpired: true }, unknown: standard('not_found'), expired: standard('expired') },
    { options: { missingJobBody: 'flat' }, unknown: { message }, expired: { message } },
    { options: { missingJobBody: 'empty' }, unknown: {}, expired: {} },
    { options: { missingJobBody: 'empty', tellExpired: true }, unknown: {}, expired: {} },
  ])('with $options is $unknown, and $expired after its retention', async ({ options, unknown, expired }) => {
    const { get, post, clock } = await bench({ ...options, retention: '1h' });
    const job = jobPath(await post(path, organizations(100)));
    clock.now = start + 3_600_000;
    const replies = [await get(`${root}/imports/none`), await get(job)];
    expect(replies.map(({ status }) => status)).toEqual([404, 404]);
    expect(replies.map(({ body }) => body)).toEqual([unknown, expired]);
    const hasBody = options.missingJobBody !== 'empty';
    expect(replies.map(({ headers }) => headers.has('content-type'))).toEqual([hasBody, hasBody]);
  });
});

describe('question 10, how long a job is kept', () => {
  const [hour, duration] = [3_600_000, 10_000];

  test.each<{ retentionFrom: NonNullable<EmulatorOptions['retentionFrom']>; later: number[] }>([
    { retentionFrom: 'creation', later: [0, 0, 0, 0] },
    { retentionFrom: 'update', later: [0, 4000, duration, duration] },
    { retentionFrom: 'completion', later: [0, 0, duration, duration] },
  ])('from its $retentionFrom', async ({ retentionFrom, later }) => {
    const { get, post, clock } = await bench({ retention: '1h', retentionFrom, job: { duration } });
    const launched = await post(path, organizations(100));
    const seen = [launched.body['expires_at']];
    for (const elapsed of [4000, duration, duration + 5000]) {
      clock.now = start + elapsed;
      seen.push((await get(jobPath(launched))).body['expires_at']);
    }
    expect(seen).toEqual(later.map((ms) => iso(start + hour + ms)));
    const end = start + hour + (later.at(-1) ?? 0);
    clock.now = end - 1;
    expect((await get(jobPath(launched))).status).toBe(200);
    clock.now = end;
    expect((await get(jobPath(launched))).status).toBe(404);
  });

  test.each<{ expiresAtSent: NonNullable<EmulatorOptions['expiresAtSent']>; sent: boolean[] }>([
    { expiresAtSent: 'always', sent: [true, true, true] },
    { expiresAtSent: 'finished', sent: [false, false, true] },
    { expiresAtSent: 'never', sent: [false, false, false] },
  ])('and $expiresAtSent says so, but is gone after it all the same', async ({ expiresAtSent, sent }) => {
    const failed = { code: 'worker_failed', message: 'gone' };
    for (const end of ['complete' as const, { failed }]) {
      const { get, post, clock } = await bench({ retention: '1h', expiresAtSent, job: { duration, end } });
      const launched = await post(path, organizations(100));
      const running = await get(jobPath(launched));
      clock.now = start + duration;
      const finished = await get(jobPath(launched));
      expect([launched, running, finished].map(({ body }) => 'expires_at' in body)).toEqual(sent);
      clock.now = start + hour;
      expect((await get(jobPath(launched))).status).toBe(404);
    }
  });
});

describe('question 22, the Location of a job', () => {
  test.each<{ location: NonNullable<EmulatorOptions['location']>; form: RegExp }>([
    { location: 'path', form: /^\/v2\/prism\/[^/]+\/imports\/[^/]+$/ },
    { location: 'absolute', form: /^http:\/\/127\.0\.0\.1:\d+\/v2\/prism\/[^/]+\/imports\/[^/]+$/ },
  ])('is a $location and leads to the job', async ({ location, form }) => {
    const { post, emulator } = await bench({ location });
    const { headers, body } = await post(path, organizations(100));
    const seen = headers.get('location') ?? '';
    expect(seen).toMatch(form);
    const url = new URL(seen, emulator.baseUrl);
    const job = await fetch(url, { headers: { 'x-api-key': 'k' } });
    expect(await job.json()).toMatchObject({ job_id: body['job_id'], status: 'processing' });
  });

  test('is not sent with none', async () => {
    const { post } = await bench({ location: 'none' });
    const { status, headers } = await post(path, organizations(100));
    expect([status, headers.has('location')]).toEqual([202, false]);
  });
});

describe('question 23, hints when to ask again', () => {
  test.each<{ pollHint: EmulatorOptions['pollHint']; seen: (string | null)[] }>([
    { pollHint: {}, seen: [null, null, null] },
    { pollHint: { launch: 5 }, seen: ['5', null, null] },
    { pollHint: { status: 30 }, seen: [null, '30', null] },
    { pollHint: { launch: 0, status: 2.5 }, seen: ['0', '2.5', null] },
  ])('with $pollHint are $seen on the 202, the running and the complete job', async ({ pollHint, seen }) => {
    const { get, post, clock } = await bench({ ...(pollHint && { pollHint }), job: { duration: '10s' } });
    const launched = await post(path, organizations(100));
    const running = await get(jobPath(launched));
    clock.now = start + 10_000;
    const complete = await get(jobPath(launched));
    expect([launched, running, complete].map(({ headers }) => headers.get('retry-after'))).toEqual(seen);
  });
});

import fc from '../support/properties';
import { importJobSchema, type ImportJob, type RowResult } from '../../src/core/api/import-job';
import { malformed } from '../../src/prism/answers';
import { PrismError } from '../../src/ports/prism-error';
import { JobReader } from '../../src/prism/job-reader';

const head = { request: 'GET import', status: 200, requestId: null, retryAfterMs: null, serverTime: null };

/** What a reader makes of a body in pieces of a size, the last being the rest of it. */
async function read(body: string | Buffer, ...sizes: [number, ...number[]]) {
  const calls: RowResult[][] = [];
  const reader = new JobReader(head, { take: (some) => Promise.resolve(void calls.push(some)) });
  const bytes = Buffer.from(body);
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1;
    await reader.write(bytes.subarray(at, at + size));
    at += size;
  }
  return { job: reader.job(), calls };
}

/** As text, since the order of members and numbers like -0 count too; what is malformed is so however it is told. */
const asText = ({ results, ...job }: ImportJob) =>
  `${JSON.stringify(job)} ${JSON.stringify(results ?? null)}`;

async function outcome(reading: () => ImportJob | Promise<ImportJob>): Promise<string> {
  try {
    return asText(await reading());
  } catch (error) {
    if (error instanceof PrismError) return error.facts.problem;
    throw error;
  }
}

const streamed = (body: Buffer, size: number) =>
  outcome(async () => {
    const { job, calls } = await read(body, size);
    return calls.length === 0 ? job : { ...job, results: calls.flat() };
  });
/** What JSON and schema say of the body as one piece, without any of our reading. */
const whole = (body: Buffer) =>
  outcome(() => {
    try {
      const job: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
      importJobSchema.parse(job);
      return job as ImportJob;
    } catch {
      throw malformed(head, 'departs from the contract');
    }
  });

const someJob = {
  job_id: 'ä"\\',
  results: [{ id: '\ufeffx😀', error: { code: 'é', more: [1, [2]] } }, { input_index: 7, created: true }, {}],
  status: 'complete',
  total: 3,
  nested: { results: [1, 2], deep: { a: null, '\ufeff': '\ufeff' } },
};
const someText = JSON.stringify(someJob);

test('a body is read like a whole one wherever it is split', async () => {
  const { results, ...job } = someJob;
  const length = Buffer.byteLength(someText);
  for (let at = 1; at < length; at++) {
    const { job: seen, calls } = await read(someText, at, length);
    expect(seen).toEqual(job);
    expect(calls.flat()).toEqual(results);
    expect(await streamed(Buffer.from(someText), at)).toBe(await whole(Buffer.from(someText)));
  }
});

const anyText = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '😀', '\ud800', '\ufeff', '\0'),
});
const anyValue = fc.jsonValue({ stringUnit: 'binary' });
const extras = fc.dictionary(
  anyText.map((name) => `x${name}`),
  anyValue,
);
const anyResult = fc
  .tuple(
    fc.record(
      { id: anyText, created: fc.boolean(), input_index: fc.nat(), error: fc.record({ code: anyText }) },
      { requiredKeys: [] },
    ),
    extras,
  )
  .map(([known, others]) => ({ ...known, ...others }));
const anyResults = fc.option(fc.record({ results: fc.oneof(fc.constant(null), fc.array(anyResult)) }), {
  nil: {},
});

test('any job is read like a whole one, wherever its results stand', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(extras, extras, anyResults, fc.boolean(), fc.constantFrom(undefined, 1)),
      fc.integer({ min: 1, max: 50 }),
      async ([before, after, results, statusFirst, indent], size) => {
        const status = { status: 'complete' };
        const job = statusFirst
          ? { ...status, ...before, ...results, ...after }
          : { ...before, ...results, ...after, ...status };
        const body = Buffer.from(JSON.stringify(job, null, indent));
        expect(await streamed(body, size)).toBe(await whole(body));
      },
    ),
    { numRuns: 300 },
  );
});

const piece = fc.oneof(
  fc.constantFrom(
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '0',
    '-',
    '.',
    'e',
    '\n',
    ' ',
    '\t',
    'null',
    '\ufeff',
  ),
  fc.constantFrom('true', 'results', '\\u', '\\ufeff', 'é'),
);
const bytes = fc.oneof(
  piece.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 2 }).map((some) => Buffer.from(some)),
);
const damage = fc.record({ at: fc.nat(200), cut: fc.nat(3), put: bytes });

test('a damaged body is malformed, or read, exactly when a whole one is', async () => {
  const seeds = [someText, `\ufeff { "status" : "failed", "results" : null, "n": -1.5e-7 }\r\n`];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 12 }),
      async (seed, damages, size) => {
        const body = damages.reduce(
          (text, { at, cut, put }) => Buffer.concat([text.subarray(0, at), put, text.subarray(at + cut)]),
          Buffer.from(seed),
        );
        expect(await streamed(body, size)).toBe(await whole(body));
      },
    ),
    { numRuns: 1000 },
  );
});

test.each(['\ufeff', ' \ufeff', '\t\ufeff', '\ufeff\ufeff', '\ufeff \ufeff', '\ufeff\r\n'])(
  'a byte order mark counts at the very beginning alone: %j',
  async (begin) => {
    for (const size of [1, 2, 100]) {
      const body = Buffer.from(`${begin}{"status":"complete"}`);
      expect(await streamed(body, size)).toBe(await whole(body));
    }
  },
);

test.each([
  { say: 'is empty', body: '', error: 'it is not JSON' },
  { say: 'breaks off', body: someText.slice(0, -1), error: 'it is not JSON' },
  { say: 'goes on after its end', body: `${someText}{}`, error: 'it is not JSON' },
  { say: 'is not UTF-8', body: Buffer.from('{"status":"\xff"}', 'latin1'), error: 'it is not JSON' },
  { say: 'has no status', body: '{"results":[]}', error: 'at status' },
  { say: 'has results that are none', body: '{"status":"complete","results":{"a":1}}', error: 'at results' },
  {
    say: 'has a bad result',
    body: '{"status":"c","results":[{},{"created":"yes"}]}',
    error: 'at results.1.created',
  },
  { say: 'has two lists', body: '{"results":[{}],"status":"c","results":[{}]}', error: 'results twice' },
  {
    say: 'takes its list back',
    body: '{"results":[{}],"status":"c","results":null}',
    error: 'results twice',
  },
  {
    say: 'has a list after none',
    body: '{"results":null,"status":"c","results":[{}]}',
    error: 'results twice',
  },
])('a body that $say is malformed', async ({ body, error }) => {
  await expect(read(body, 5)).rejects.toMatchObject({
    message: expect.stringContaining(error) as string,
    facts: { problem: 'malformed' },
  });
});

test.each([
  { results: '"results":null,', calls: [] },
  { results: '', calls: [] },
  { results: '"results":[],', calls: [[]] },
])('a taker is told of an empty list, and of nothing without one: $results', async ({ results, calls }) => {
  expect(await read(`{${results}"status":"complete"}`, 4)).toEqual({ job: { status: 'complete' }, calls });
});

test.each([
  { say: 'beside the results', begin: '{"status":"complete","junk":["' },
  { say: 'in one result', begin: '{"status":"complete","results":[{},{"id":"' },
  { say: 'that is blank', begin: '{"status":"complete",' },
])('more than 4 MiB $say is not held', async ({ say, begin }) => {
  const reader = new JobReader(head, { take: () => Promise.resolve() });
  await reader.write(Buffer.from(begin));
  const mebibyte = Buffer.alloc(1024 * 1024, say === 'that is blank' ? ' ' : 'x');
  for (let count = 0; count < 3; count++) await reader.write(mebibyte);
  const more = reader.write(mebibyte).then(() => reader.write(mebibyte));
  await expect(more).rejects.toMatchObject({ facts: { problem: 'malformed' } });
});

test('results of more than 4 MiB are read, as long as each is shorter', async () => {
  let rows = 0;
  const reader = new JobReader(head, { take: (some) => Promise.resolve(void (rows += some.length)) });
  await reader.write(Buffer.from('{"status":"complete","results":[{}'));
  const result = Buffer.from(`,{"id":"${'x'.repeat(1024 * 1024)}"}`);
  for (let count = 0; count < 20; count++) await reader.write(result);
  await reader.write(Buffer.from(']}'));
  expect(reader.job()).toEqual({ status: 'complete' });
  expect(rows).toBe(21);
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { activityInputs } from '../../src/activities/activity-inputs';
import { createResultsActivities } from '../../src/activities/results-activities';
import { inlineResultsLimitBytes } from '../../src/core/tracker/get-import-status';
import type { ReadResultsInput, ResultsPage } from '../../src/core/tracker/read-results';
import type { ObjectStore } from '../../src/ports/object-store';
import { readStoredResults } from '../../src/report/results/stored-results';
import { createFileStore } from '../../src/storage/file-store';
import { bySchema } from '../support/by-schema';
import { leastStall } from '../support/longest-stall';
import { TemporaryFiles } from '../support/temporary-files';
import { failureOf, quietEnvironment } from './support/activity-rig';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const root = join(files.folder, 'store');
/** Ranges of bytes that were read. */
const ranges: { start: number; end: number }[] = [];
const watched = (store: ObjectStore): ObjectStore => ({
  ...store,
  read: (uri, range) => {
    if (range !== undefined) ranges.push(range);
    return store.read(uri, range);
  },
  below: (folder) => watched(store.below(folder)),
});
const store = watched(createFileStore(root));

const run = (input: ReadResultsInput, from: ObjectStore | null = store): Promise<ResultsPage> =>
  quietEnvironment().run(() => createResultsActivities({ store: from }).readResults(input));

let stored = 0;
async function keep(results: object[]): Promise<string> {
  const lines = results.map((result) => `${JSON.stringify(result)}\n`);
  return (await store.write(`results/team/job-${(stored += 1)}.ndjson`, lines)).uri;
}

/** All pages, one after the other. */
async function pagesOf(input: ReadResultsInput): Promise<ResultsPage[]> {
  const pages = [await run(input)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next)
    pages.push(await run({ ...input, after: next }));
  for (const { results } of pages)
    expect(Buffer.byteLength(JSON.stringify(results))).toBeLessThanOrEqual(inlineResultsLimitBytes);
  return pages;
}

const row = (n: number, isFailed = false) =>
  isFailed ? { error: { code: 'invalid', message: `zwölf ${n}` } } : { id: `record-${n}`, created: true };

test('pages hold every result once, in order and with its index, and begin where the last one ended', async () => {
  const results = Array.from({ length: 2500 }, (_, n) => row(n));
  const uri = await keep(results);
  ranges.length = 0;
  const pages = await pagesOf({ uri });
  expect(pages.map(({ results: { length } }) => length)).toEqual([1000, 1000, 500]);
  for (const page of pages) bySchema('results-page', page);
  expect(pages.flatMap((page) => page.results)).toEqual(results.map((result, index) => ({ index, result })));
  const lines = results.map((result) => JSON.stringify(result).length + 1);
  const bytes = lines.slice(0, 1000).reduce((sum, length) => sum + length, 0);
  expect(ranges.map(({ start }) => start)).toEqual([0, bytes - 1, expect.any(Number)]);
});

test.each([null, undefined])('what is %p counts as absent', async (absent) => {
  const uri = await keep([row(0)]);
  const input = { uri, after: absent, limit: absent, only: absent } as ReadResultsInput;
  expect(activityInputs.readResults.safeParse(input).success).toBe(true);
  expect(await run(input)).toEqual({ results: [{ index: 0, result: row(0) }], next: null });
});

test('a limit that is just reached leaves no empty page', async () => {
  const uri = await keep([row(0), row(1), row(2, true), row(3)]);
  expect((await pagesOf({ uri, limit: 2 })).map(({ results }) => results.length)).toEqual([2, 2]);
  expect((await pagesOf({ uri, limit: 1, only: 'failed' })).map(({ results }) => results)).toEqual([
    [{ index: 2, result: row(2, true) }],
  ]);
  expect(await run({ uri: await keep([]) })).toEqual({ results: [], next: null });
});

test('a page may end before it is full, and has looked at one result at least', async () => {
  const uri = await keep([row(0), row(1, true), row(2)]);
  const seen: number[][] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page = await readStoredResults(store, { uri, after, only: 'failed' }, { isEnough: () => true });
    seen.push(page.results.map(({ index }) => index));
    after = page.next;
  }
  expect(seen).toEqual([[], [1], []]);
});

test('a result that is larger than a page is named with its size, and hides none', async () => {
  const huge = { error: { code: 'large', message: 'm'.repeat(300 * 1024) } };
  const uri = await keep([row(0), huge, row(2, true)]);
  const omitted = { index: 1, omitted: true, bytes: JSON.stringify(huge).length };
  expect((await run({ uri })).results).toEqual([
    { index: 0, result: row(0) },
    omitted,
    { index: 2, result: row(2, true) },
  ]);
  expect((await run({ uri, only: 'failed' })).results).toEqual([omitted, { index: 2, result: row(2, true) }]);
});

test('results of odd forms are judged as the outcome judges them', async () => {
  const failed = [{ error: '' }, { error: {} }, { error: false }, { status: 'failed' }, { status: 'FAILED' }];
  const others = [{ error: null }, { status: 'error' }, { status: ['failed'] }, {}];
  const uri = await keep([...others, ...failed]);
  const { results } = await run({ uri, only: 'failed' });
  expect(results).toEqual(failed.map((result, n) => ({ index: others.length + n, result })));
});

test.each([0, 1, 50_000])('%i failed rows of 100,000 are found, and hold nobody up', async (failing) => {
  const step = failing === 0 ? Infinity : 100_000 / failing;
  const uri = await keep(Array.from({ length: 100_000 }, (_, n) => row(n, n % step === step - 1)));
  const runs: Awaited<ReturnType<typeof pagesOf>>[] = [];
  const { stallMs } = await leastStall(50, async () => {
    runs.push(await pagesOf({ uri, only: 'failed', limit: 10_000 }));
  });
  for (const pages of runs) {
    const found = pages.flatMap(({ results }) => results.map(({ index }) => index));
    expect(found).toEqual(Array.from({ length: failing }, (_, n) => n * step + step - 1));
  }
  expect(stallMs).toBeLessThan(50);
});

test('very many rows without a failed one are read in parts', async () => {
  const padded = Array.from({ length: 80 }, (_, n) => ({ id: `${n}`, note: 'x'.repeat(1024 * 1024) }));
  const uri = await keep([...padded, row(80, true)]);
  expect(await pagesOf({ uri, only: 'failed' })).toEqual([
    { results: [], next: expect.stringMatching(/^1-6\d-\d+$/) as string },
    { results: [{ index: 80, result: row(80, true) }], next: null },
  ]);
});

describe('after', () => {
  test.each([
    '',
    '1',
    '1-0-0',
    '1-1-',
    '2-1-30',
    '1--1-30',
    '1-1-5',
    '1-1-999999',
    '1-20-30',
    '1-01-30',
    '../x',
  ])('%p, which no page gave, is refused', async (after) => {
    const uri = await keep([row(0), row(1)]);
    const failure = await failureOf(run({ uri, after }));
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    expect(failure.message).toMatch(/^after: saw .* expected the `next` of a page of the same results$/);
  });
});

describe('nothing but stored results is read', () => {
  const outside = join(files.folder, 'outside.ndjson');
  beforeAll(async () => {
    writeFileSync(outside, '{"id":"secret"}\n');
    for (const name of ['uploads/a.ndjson', 'pipelines/k/report.ndjson', 'results-other/a.ndjson'])
      await store.write(name, ['{"id":"secret"}\n']);
    mkdirSync(join(root, 'results'), { recursive: true });
    symlinkSync(outside, join(root, 'results', 'link.ndjson'));
    symlinkSync(join(root, 'uploads'), join(root, 'results', 'linked'));
    symlinkSync(join(files.folder, 'nowhere.ndjson'), join(root, 'results', 'dangling.ndjson'));
    writeFileSync(join(root, 'results', 'draft.tmp'), '{}\n');
  });

  const inStore = (path: string) => `${pathToFileURL(root).href}/${path}`;
  test.each([
    pathToFileURL(outside).href,
    pathToFileURL(join(files.folder, 'nowhere.ndjson')).href,
    'file:///etc/passwd',
    's3://bucket/results/team/job.ndjson',
    inStore('uploads/a.ndjson'),
    inStore('pipelines/k/report.ndjson'),
    inStore('results-other/a.ndjson'),
    inStore('results/../uploads/a.ndjson'),
    inStore('results/%2e%2e/uploads/a.ndjson'),
    inStore('results/link.ndjson'),
    inStore('results/linked/a.ndjson'),
    inStore('results/dangling.ndjson'),
    inStore('results/none.ndjson'),
    inStore('results/link.ndjson/x.ndjson'),
    inStore('results/draft.tmp'),
    inStore('results/%00.ndjson'),
    inStore('results'),
    `${inStore('results')}/${'x'.repeat(300)}.ndjson`,
    'no URI at all.ndjson',
  ])('%s is refused in the same words, whether it exists or not', async (uri) => {
    const failure = await failureOf(run({ uri }));
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    expect(failure.message.replace(/saw ".*"/, 'saw it')).toBe(
      'uri: saw it, expected the resultsRef.uri of an import whose results are stored here',
    );
    expect(failure.cause).toBeUndefined();
  });

  test('without storage there is nothing to read', async () => {
    expect(await failureOf(run({ uri: inStore('results/a.ndjson') }, null))).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('PRISM_STORAGE') as string,
    });
  });
});

test('what is damaged fails for good, and says nothing of what it holds', async () => {
  const { uri } = await store.write('results/t/damaged.ndjson', ['{}\n', '{"id":"secret\n']);
  const failure = await failureOf(run({ uri }));
  expect(failure).toMatchObject({ type: 'StorageUnavailable', nonRetryable: true });
  expect(failure.message).toContain('result 1 is not as it was written');
  expect(failure.message).not.toContain('secret');
});

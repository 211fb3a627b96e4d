import { readdir } from 'node:fs/promises';
import { FailedRows } from '../../src/activities/failed-rows';
import { inlineResultsLimitBytes, type FailedResults } from '../../src/core/tracker/get-import-status';
import type { RowResult } from '../../src/core/api/import-job';
import { createActivityRig, failureOf, type ActivityRig } from './support/activity-rig';
import { reply } from '../support/scripted-server';
import { contentOf } from '../storage/support/store-behaviour';
import { leastStall } from '../support/longest-stall';

let rig: ActivityRig;
beforeEach(async () => {
  rig = await createActivityRig();
});
afterEach(() => rig.close());

const good = (n: number) => ({ input_index: n, id: `record-${n}`, created: true });
const bad = (n: number) => ({ input_index: n, id: null, error: { code: 'invalid', message: `row ${n}` } });
const input = { teamId: 't', jobId: 'j', results: 'failed' } as const;
const bytesOf = (failed: unknown[]) => Buffer.byteLength(JSON.stringify(failed));

/** `pad` blanks make the answer a large one, though its results are not. */
function answerOf({ pad = 0, ...job }: { pad?: number; [member: string]: unknown }): Buffer {
  const text = JSON.stringify({ job_id: 'j', status: 'complete', ...job });
  return Buffer.from(text.replace('{', `{${' '.repeat(pad)}`));
}

async function poll(job: Parameters<typeof answerOf>[0] | Buffer, store?: null) {
  rig.server.answer(reply(200, Buffer.isBuffer(job) ? job : answerOf(job)));
  const answer = await rig.getImportStatus(input, store === null ? { store } : {});
  if (!answer.found) throw new Error('not found');
  expect(answer.job).not.toHaveProperty('results');
  return answer;
}

const linesAt = async (uri: string | undefined) =>
  (await contentOf(rig.store, uri ?? ''))
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe.each([
  { form: 'a small answer', pad: 0 },
  { form: 'an answer that is read as it comes', pad: 300_000 },
])('the failed rows of $form', ({ pad }) => {
  test('come with the place of each, and all rows are stored', async () => {
    const results = [good(2), bad(1), { id: 'without a place' }, { error: 'a text' }];
    const answer = await poll({ total: 4, failed: 2, pad, results });
    expect(answer).toMatchObject({
      failedResults: [
        { index: 1, result: bad(1) },
        { index: 3, result: { error: 'a text' } },
      ],
      failedOmitted: 0,
      resultsRef: { rows: 4 },
      resultsOmitted: false,
    });
    expect(await linesAt(answer.resultsRef?.uri)).toEqual(results);
  });

  test('are none when no row failed', async () => {
    const answer = await poll({ pad, results: [good(0), good(1)] });
    expect(answer).toMatchObject({ failedResults: [], failedOmitted: 0, resultsRef: { rows: 2 } });
  });

  test('are all that is kept without storage', async () => {
    expect(await poll({ pad, results: [good(0), bad(1)] }, null)).toMatchObject({
      failedResults: [{ index: 1 }],
      resultsRef: null,
      resultsOmitted: true,
    });
    expect(await poll({ pad, results: [bad(0)] }, null)).toMatchObject({ resultsOmitted: false });
    expect(await readdir(rig.folder)).toEqual([]);
  });

  test('that the API gives no results of are counted as missing', async () => {
    expect(await poll({ pad, failed: 5, results: [bad(0)] })).toMatchObject({ failedOmitted: 4 });
    const answer = await poll({ pad, failed: 5 });
    expect(answer).toMatchObject({ failedResults: [], failedOmitted: 5, resultsRef: null });
    expect(answer.resultsOmitted).toBe(false);
  });

  test('of a job in progress are not returned', async () => {
    const answer = await poll({ status: 'processing', pad, results: [bad(0)] });
    expect(answer).toMatchObject({ resultsRef: null });
    expect(answer).not.toHaveProperty('failedResults');
  });

  test('that alone are too large hide none after them', async () => {
    const huge = { error: { code: 'large', message: 'm'.repeat(300 * 1024) } };
    const answer = await poll({ pad, results: [huge, bad(1), good(2)] });
    expect(answer).toMatchObject({ failedResults: [{ index: 1, result: bad(1) }], failedOmitted: 1 });
    expect((await linesAt(answer.resultsRef?.uri))[0]).toEqual(huge);
  });
});

test.each<{ form: string; result: object; isFailed: boolean }>([
  { form: 'error null', result: { error: null }, isFailed: false },
  { form: "error ''", result: { error: '' }, isFailed: true },
  { form: 'error {}', result: { error: {} }, isFailed: true },
  { form: 'created though it has an error', result: { created: true, error: { code: 'x' } }, isFailed: true },
  { form: 'status failed', result: { status: 'failed', id: 'a' }, isFailed: true },
  { form: 'status FAILED', result: { status: 'FAILED' }, isFailed: true },
  { form: 'status error', result: { status: 'error' }, isFailed: false },
  { form: 'status 1', result: { status: 1 }, isFailed: false },
  { form: 'nothing', result: {}, isFailed: false },
])('a result with $form counts as failed: $isFailed', async ({ result, isFailed }) => {
  const { failedResults } = await poll({ results: [result] });
  expect(failedResults).toEqual(isFailed ? [{ index: 0, result }] : []);
});

test('an error that is no error of the API makes the answer malformed', async () => {
  rig.server.answer(reply(200, { job_id: 'j', status: 'complete', results: [{ error: false }] }));
  expect(await failureOf(rig.getImportStatus(input))).toMatchObject({ type: 'PrismMalformedResponse' });
});

test.each([
  { failing: 0, inline: 0 },
  { failing: 1, inline: 1 },
  { failing: 50_000, inline: null },
])('$failing failed rows of 100,000 keep within 256 KiB and hold nobody up', async ({ failing, inline }) => {
  const step = failing === 0 ? Infinity : 100_000 / failing;
  const results = Array.from({ length: 100_000 }, (_, n) =>
    failing > 0 && n % step === step - 1 ? bad(n) : good(n),
  );
  const body = answerOf({ total: 100_000, failed: failing, results });
  const { value: answer, stallMs } = await leastStall(50, () => poll(body));
  const { failedResults = [], failedOmitted } = answer as Partial<FailedResults>;
  expect(failedResults.length + (failedOmitted ?? NaN)).toBe(failing);
  expect(bytesOf(failedResults)).toBeLessThanOrEqual(inlineResultsLimitBytes);
  if (inline === null) expect(bytesOf(failedResults)).toBeGreaterThan(inlineResultsLimitBytes - 200);
  else expect(failedResults).toHaveLength(inline);
  for (const { index, result } of failedResults) expect(result).toEqual(results[index]);
  expect(answer.resultsRef?.rows).toBe(100_000);
  expect(stallMs).toBeLessThan(50);
});

test('exactly 256 KiB of failed rows are returned, and not a byte more', () => {
  const overhead = bytesOf([{ index: 0, result: { error: '' } }]);
  const take = (bytes: number) => {
    const failed = new FailedRows();
    failed.take([{ error: 'x'.repeat(bytes - overhead) } satisfies RowResult]);
    return failed.collected({});
  };
  expect(bytesOf(take(inlineResultsLimitBytes).failedResults)).toBe(inlineResultsLimitBytes);
  expect(take(inlineResultsLimitBytes + 1)).toEqual({ failedResults: [], failedOmitted: 1 });
});

test('results that must be stored are refused without storage before the API is asked', async () => {
  const asked = rig.getImportStatus({ ...input, results: 'stored', mustStore: true }, { store: null });
  const failure = await failureOf(asked);
  expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  expect(failure.message).toMatch(/^results: saw 'stored' .*PRISM_STORAGE/);
  expect(rig.server.requests).toEqual([]);
});

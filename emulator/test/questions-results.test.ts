import { type EmulatorOptions, type JobScript } from '../src';
import type { RowResult } from '../src/prism/contract';
import { benches, organizations, root, start, type Reply } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const duration = 10_000;
const resultsOf = ({ body }: Reply) => body['results'] as RowResult[] | undefined;
const positionsOf = (reply: Reply) => resultsOf(reply)?.map(({ input_index }) => input_index ?? -1) ?? [];
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A job of so many rows: its launch, and its answer after a share of its time. */
async function launch(options: EmulatorOptions, rows = 100) {
  const { get, post, clock } = await bench({
    seed: 'results',
    ...options,
    job: { duration, ...options.job },
  });
  const launched = await post(path, organizations(rows, {}));
  const after = (share: number) => {
    clock.now = start + share * duration;
    return get(`${root}/imports/${String(launched.body['job_id'])}`);
  };
  return { launched, after };
}

describe('question 12, the results of a large job', () => {
  test.each<{ results: EmulatorOptions['results']; shown: number[] | undefined }>([
    { results: 'all', shown: upTo(100) },
    { results: { truncate: 3 }, shown: [0, 1, 2] },
    { results: { truncate: 0 }, shown: [] },
    { results: { truncate: 500 }, shown: upTo(100) },
    { results: 'omitted', shown: undefined },
  ])('are $results, whatever the counters say', async ({ results, shown }) => {
    const { after } = await launch({ results });
    const complete = await after(1);
    expect(complete.body).toMatchObject({ status: 'complete', processed: 100, succeeded: 100, failed: 0 });
    expect(resultsOf(complete)?.map(({ input_index }) => input_index)).toEqual(shown);
  });

  test('are always all there when an import is answered at once', async () => {
    const { launched } = await launch({ results: 'omitted' }, 5);
    expect(positionsOf(launched)).toEqual(upTo(5));
  });
});

describe('question 13, the order of results and what is missing', () => {
  test.each([
    { say: 'of a job', rows: 100 },
    { say: 'answered at once', rows: 99 },
  ])('results $say are shuffled', async ({ rows }) => {
    const { launched, after } = await launch({ resultsOrder: 'shuffled' }, rows);
    const seen = positionsOf(rows === 100 ? await after(1) : launched);
    expect(seen).not.toEqual(upTo(rows));
    expect(seen.toSorted((a, b) => a - b)).toEqual(upTo(rows));
  });

  test.each([
    { say: 'of a job', rows: 100 },
    { say: 'answered at once', rows: 99 },
  ])('results $say have gaps, in order', async ({ rows }) => {
    const { launched, after } = await launch({ resultsMissing: 0.4 }, rows);
    const reply = rows === 100 ? await after(1) : launched;
    const seen = positionsOf(reply);
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.length).toBeLessThan(90);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(reply.body).toMatchObject({ total: rows, processed: rows, succeeded: rows });
  });

  test('they are the same whenever they are asked for', async () => {
    const { after } = await launch({ resultsOrder: 'shuffled', resultsMissing: 0.4 });
    const first = resultsOf(await after(1));
    expect(resultsOf(await after(50))).toEqual(first);
  });

  test('all are missing when the share is 1', async () => {
    const { after } = await launch({ resultsMissing: 1 });
    expect(resultsOf(await after(1))).toEqual([]);
  });
});

describe('question 14, the results of a job that is not complete', () => {
  const failed = { code: 'worker_failed', message: 'gone' };

  test.each<{
    unfinishedResults: NonNullable<EmulatorOptions['unfinishedResults']>;
    shown: (number | undefined)[];
  }>([
    { unfinishedResults: 'absent', shown: [undefined, undefined, undefined] },
    { unfinishedResults: 'empty', shown: [0, 0, 0] },
    { unfinishedResults: 'partial', shown: [0, 20, 40] },
  ])(
    'are $unfinishedResults at its launch, on its way and when it fails',
    async ({ unfinishedResults, shown }) => {
      const { launched, after } = await launch({ unfinishedResults, job: { end: { failed, at: 0.4 } } });
      const replies = [launched, await after(0.5), await after(1)];
      expect(replies.map(({ body }) => body['status'])).toEqual(['processing', 'processing', 'failed']);
      expect(replies.map((reply) => resultsOf(reply)?.length)).toEqual(shown);
    },
  );

  test('are those of the rows that the counters name', async () => {
    const { after } = await launch({ unfinishedResults: 'partial' });
    const running = await after(0.3);
    expect(positionsOf(running)).toEqual(upTo(30));
    expect(running.body).toMatchObject({ status: 'processing', processed: 30 });
  });
});

describe('question 15, the counters of a running job', () => {
  test.each<{ progress: NonNullable<JobScript['progress']>; processed: (number | undefined)[] }>([
    { progress: 'linear', processed: [0, 25, 50, 75] },
    { progress: 'none', processed: [undefined, undefined, undefined, undefined] },
    { progress: 'zero', processed: [0, 0, 0, 0] },
    { progress: { curve: 2 }, processed: [0, 6, 25, 56] },
    { progress: { bursts: 2 }, processed: [0, 0, 50, 50] },
    { progress: { stall: { from: 0.25, until: 0.75 } }, processed: [0, 25, 25, 25] },
    { progress: { backwards: { at: 0.5, to: 0.1 } }, processed: [0, 25, 10, 55] },
    {
      progress: {
        points: [
          [0.25, 0.5],
          [0.75, 0],
        ],
      },
      processed: [0, 50, 25, 0],
    },
  ])(
    'with progress $progress are $processed after each quarter, and all at the end',
    async ({ progress, processed }) => {
      const { launched, after } = await launch({ job: { progress } });
      const running = [launched, await after(0.25), await after(0.5), await after(0.75)];
      for (const [index, { body }] of running.entries()) {
        expect([body['status'], body['processed']]).toEqual(['processing', processed[index]]);
        expect('succeeded' in body && 'failed' in body).toBe(progress !== 'none');
      }
      expect((await after(1)).body).toMatchObject({
        status: 'complete',
        processed: 100,
        succeeded: 100,
        failed: 0,
      });
    },
  );

  test.each<JobScript['progress']>(['none', 'zero'])(
    'with %s still say how far a failed job came',
    async (progress) => {
      const { after } = await launch({
        job: { progress: progress ?? 'linear', end: { failed: { code: 'x' }, at: 0.4 } },
      });
      expect((await after(1)).body).toMatchObject({ status: 'failed', processed: 40 });
    },
  );
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const limitMs = 600_000;
jest.setTimeout(limitMs + 60_000);
const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [runBench, 'fleet', ...parameters], {
    env: withoutAccounts(),
    timeout: limitMs,
    // So that the bench ends its servers too.
    killSignal: 'SIGINT',
  });

const figure = z.number().nonnegative();
const load = {
  pollsPerSecond: figure,
  workerCpuMsPerPoll: figure,
  serverCpuMsPerPoll: figure,
  rssBytes: figure,
  late: z.strictObject({ p50Ms: figure, p95Ms: figure, p99Ms: figure }),
};

test('open trackers are measured idle, hot, after a kill, and by age, as one JSON object', async () => {
  const small = [
    '--trackers',
    '5',
    '--cached',
    '100',
    '--seconds',
    '2',
    '--ages',
    '1',
    '--cohort',
    '1',
    '--json',
  ];
  const { stdout } = await run(...small);
  const { misses, fleet } = z
    .strictObject({
      misses: z.array(
        z.strictObject({ build: z.enum(['0.1.0', 'this']), polls: figure, hotMs: figure, coldMs: figure }),
      ),
      fleet: z.strictObject({
        ...{
          trackers: z.literal(5),
          cached: z.literal(100),
          startsPerSecond: figure,
          capacityPerSecond: figure,
        },
        ...{ emptyRssBytes: figure, rssBytes: figure, historyBytes: figure, storedBytes: z.null() },
        hot: z.strictObject(load),
        restarted: z.strictObject({ ...load, mostPollsInOneSecond: figure, limitPerSecond: figure }),
      }),
    })
    .parse(JSON.parse(stdout));
  expect(misses.map(({ build, polls }) => [build, polls])).toEqual([
    ['0.1.0', 1],
    ['this', 1],
  ]);
  expect(fleet.historyBytes).toBeGreaterThan(1000);
});

test('a number that makes no sense is refused with the usage', async () => {
  await expect(run('--trackers', 'many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--trackers: saw "many"[^]*npm run bench:fleet/) as string,
  });
});

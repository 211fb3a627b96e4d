import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [runBench, 'cost', ...parameters], { env: withoutAccounts() });

const figure = z.number().positive();

const line = z.strictObject({
  policy: z.string(),
  polls: figure,
  events: figure,
  historyBytes: figure,
  actions: figure,
  cpuMs: figure,
  cpuMsPerPoll: figure,
  peakRssMb: figure,
  delayMs: figure,
  importsPerSecond: figure,
});

test('ways to follow the same imports are measured in one run, as one JSON object', async () => {
  const { stdout } = await run('--imports', '2', '--minutes', '0.2', '--burst', '2', '--json');
  const report = z
    .strictObject({
      imports: z.literal(2),
      minutes: z.literal(0.2),
      policies: z.array(line).length(4),
      cpuPerImportRatio: figure,
      cpuPerPollRatio: figure,
      cpuPerPollAtSameIntervalRatio: figure,
    })
    .parse(JSON.parse(stdout));
  const [tracker, loop, retries, often] = report.policies;
  expect(report.policies.map(({ policy }) => policy)).toEqual([
    'trackImport',
    'timer loop, every 5 s',
    'activity retries, default policy',
    'trackImport, every 5 s',
  ]);
  expect(report.cpuPerImportRatio).toBeCloseTo((tracker?.cpuMs ?? 0) / (loop?.cpuMs ?? 0));
  expect(report.cpuPerPollAtSameIntervalRatio).toBeCloseTo(
    (often?.cpuMsPerPoll ?? 0) / (loop?.cpuMsPerPoll ?? 0),
  );
  // A start, and a timer and an activity for each look; a busy machine may make one look less.
  expect(loop?.actions).toBeCloseTo(1 + 2 * (loop?.polls ?? 0));
  expect(retries?.events).toBe(11);
});

test('a number that makes no sense is refused with the usage', async () => {
  await expect(run('--imports', 'many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--imports: saw "many"') as string,
  });
});

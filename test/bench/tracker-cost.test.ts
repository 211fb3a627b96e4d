import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [runBench, 'tracker-cost', ...parameters], {
    env: withoutAccounts(),
  });

const figure = z.number().nonnegative();
const costs = z.array(
  z.strictObject({
    policy: z.string(),
    durationMs: z.literal(180_000),
    measured: z.literal(true),
    requests: figure,
    events: figure,
    actions: figure,
    heartbeats: figure,
    worstDelayMs: figure,
    meanDelayMs: figure,
  }),
);

test('the costs of waiting for an import of 3 minutes are measured, and agree with what can be reckoned', async () => {
  const { stdout, stderr } = await run('--longest', '3m', '--json');
  const byPolicy = new Map(costs.parse(JSON.parse(stdout)).map((cost) => [cost.policy, cost]));
  expect(stderr.trim().split('\n')).toHaveLength(byPolicy.size);
  // A start, and an action for each attempt; a start, and a timer and an activity for each look.
  for (const name of ['activity retries, every 2 s', 'activity retries, default policy']) {
    const cost = byPolicy.get(name);
    expect(cost).toMatchObject({ events: 11, actions: 1 + (cost?.requests ?? NaN) });
  }
  const timers = byPolicy.get('timers, every 5 s');
  expect(timers?.actions).toBe(1 + 2 * (timers?.requests ?? NaN));
  const tracker = byPolicy.get('trackImport');
  expect(tracker?.events).toBeLessThan(250);
  expect(tracker?.requests).toBeLessThan(timers?.requests ?? NaN);
  // A gap between two polls is a quarter of the age at most.
  expect(tracker?.worstDelayMs).toBeLessThan(0.25 * 180_000 + 2000);
  expect(tracker?.meanDelayMs).toBeLessThan(tracker?.worstDelayMs ?? NaN);
});

test('a duration that makes no sense is refused with the usage', async () => {
  await expect(run('--longest', 'soon')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--longest: saw "soon"') as string,
  });
});

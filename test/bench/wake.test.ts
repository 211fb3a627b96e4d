import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [runBench, 'wake', ...parameters], { env: withoutAccounts() });

const figure = z.number().nonnegative();
const times = { runningMs: figure, seenMs: figure, startedMs: figure };

test('a due poll is measured with and without a worker, and what a stopped worker leaves in the backlog', async () => {
  const { stdout } = await run('--runs', '1', '--json');
  const report = z
    .strictObject({
      ...times,
      runs: z.array(z.strictObject(times)).length(1),
      ratio: figure,
      signs: z.array(z.strictObject({ what: z.string(), isInBacklog: z.boolean() })),
    })
    .parse(JSON.parse(stdout));
  // What docs/kubernetes.md decides by.
  expect(report.signs).toEqual([
    { what: 'a poll that is due', isInBacklog: true },
    { what: 'the signal pollNow', isInBacklog: true },
    { what: 'the update setPolling', isInBacklog: true },
    { what: 'the query status', isInBacklog: false },
  ]);
});

test('a number of runs that makes no sense is refused with the usage', async () => {
  await expect(run('--runs', 'some')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--runs: saw "some"[^]*npm run bench:wake/) as string,
  });
});

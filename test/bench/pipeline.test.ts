import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const bench = (...parameters: string[]) =>
  run(process.execPath, [join(root, 'scripts', 'run-bench.mjs'), 'pipeline', ...parameters], {
    cwd: root,
    env: withoutAccounts(),
  });

test('measures a pipeline beside a plain script, with exact totals', async () => {
  const { stdout } = await bench('--rows', '2500', '--json');
  const positive = expect.any(Number) as number;
  const measured = JSON.parse(stdout) as Record<string, number>;
  expect(measured).toEqual({
    rows: 2500,
    totals: { rows: 2500, created: 2500, updated: 0, existing: 0, failed: 0, unknown: 0 },
    peakRssMb: positive,
    seconds: positive,
    plainSeconds: positive,
    ratio: positive,
    runs: 1,
    longestHistory: { events: positive, bytes: positive },
  });
  for (const name of ['peakRssMb', 'seconds', 'plainSeconds', 'ratio'])
    expect(measured[name]).toBeGreaterThan(0);
});

test('refuses numbers that are none', async () => {
  await expect(bench('--rows', 'many')).rejects.toMatchObject({
    stderr: expect.stringContaining('--rows') as string,
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [runBench, 'hostile', ...parameters], {
    env: { ...withoutAccounts(), TMPDIR: folder },
  });

const figure = z.number().positive();
const report = z.strictObject({
  files: z.array(
    z.strictObject({
      name: z.string(),
      seconds: figure,
      stallMs: figure,
      stallClockMs: figure,
      peakMb: figure,
      end: z.string(),
    }),
  ),
});

test('a hostile file is measured on a worker of its own, and leaves nothing behind', async () => {
  const some = await run('--size', '0.001', '--only', 'inch marks', '--json');
  const { files } = report.parse(JSON.parse(some.stdout));
  expect(files).toMatchObject([
    { name: '600,000 rows with inch marks', end: '600 rows: 0 created, 600 failed, 0 unknown' },
  ]);
  expect(files[0]?.peakMb).toBeLessThan(600);
  expect(files[0]?.stallMs).toBeLessThan(50);
  expect(files[0]?.stallClockMs).toBeGreaterThanOrEqual(files[0]?.stallMs ?? NaN);
  expect(readdirSync(folder)).toEqual([]);
});

test('the help names every option', async () => {
  const { stdout } = await run('--help');
  for (const option of ['--only', '--size', '--heap', '--max-seconds', '--json', '--help'])
    expect(stdout).toContain(option);
});

test.each([['--size', '2'], ['--size', 'x'], ['--heap', '0'], ['--colour']])(
  '%s %s is refused before anything is measured',
  async (...parameters) => {
    await expect(run(...parameters)).rejects.toMatchObject({ code: 2, stdout: '' });
  },
);

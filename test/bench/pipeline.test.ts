import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutAccounts } from '../../src/config/config';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));

afterAll(() => rmSync(folder, { recursive: true }));

function start(...parameters: string[]) {
  const child = spawn(process.execPath, [runBench, 'pipeline', ...parameters], {
    env: { ...withoutAccounts(), TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return { child, said, ended: once(child, 'close') };
}

async function run(...parameters: string[]) {
  const { child, said, ended } = start(...parameters);
  await ended;
  return { code: child.exitCode, ...said };
}

/** The processes below one, by id; those that have ended and wait for their parent to notice do not count. */
function processesBelow(ancestor: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  const rows = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => state !== undefined && !state.startsWith('Z'));
  const found = [ancestor];
  for (const parent of found)
    found.push(...rows.filter(([, of]) => Number(of) === parent).map(([pid]) => Number(pid)));
  return found.slice(1);
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

const figure = z.number().positive();

test('a pipeline is measured beside a plain script, with exact totals, as one JSON object', async () => {
  const { code, stdout, stderr } = await run('--rows', '2500', '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const report = z
    .strictObject({
      rows: z.literal(2500),
      totals: z.unknown(),
      peakRssMb: figure,
      seconds: figure,
      plainSeconds: figure,
      ratio: figure,
      runs: z.literal(1),
      longestHistory: z.strictObject({ events: figure, bytes: figure }),
    })
    .parse(JSON.parse(stdout));
  expect(report.totals).toEqual({
    rows: 2500,
    created: 2500,
    updated: 0,
    existing: 0,
    failed: 0,
    unknown: 0,
  });
  expect(report.ratio).toBeCloseTo(report.seconds / report.plainSeconds, 1);
  expect(readdirSync(folder)).toEqual([]);
});

test('an interrupt ends the program, every process that it started, and its folder', async () => {
  const { child, said, ended } = start('--rows', '1000000', '--batch-size', '500');
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => said.stderr.includes('pipeline: ') && resolve());
    child.once('exit', () => reject(new Error(`It ended by itself: ${said.stderr}`)));
  });
  const started = processesBelow(child.pid ?? 0);
  child.kill('SIGINT');
  await ended;
  expect(child.signalCode).toBe('SIGINT');
  expect(started.length).toBeGreaterThanOrEqual(3);
  // Killed processes take a moment to be gone; those that nobody has killed keep this going until the test's time is
  // up.
  while (started.some(isRunning)) await new Promise(setImmediate);
  expect(readdirSync(folder)).toEqual([]);
});

test('the help names every option', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--rows', '--batch-size', '--concurrency', '--json', '--help'])
    expect(stdout).toContain(option);
});

test.each([
  { parameters: ['--rows', 'many'], says: '--rows: saw "many", expected a whole number from 1' },
  { parameters: ['--batch-size', '0'], says: '--batch-size: saw "0"' },
  { parameters: ['--concurrency', '1.5'], says: '--concurrency: saw "1.5"' },
  { parameters: ['--colour'], says: "Unknown option '--colour'" },
])('$parameters is refused before anything is measured', async ({ parameters, says }) => {
  const { code, stdout, stderr } = await run(...parameters);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');

function start(...parameters: string[]) {
  const child = spawn(process.execPath, [runBench, 'emulator', ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // Its servers write to the same standard error: this waits for the last of them, not for the program alone.
  const ended = once(child, 'close');
  return { child, said, ended };
}

async function run(...parameters: string[]) {
  const { child, said, ended } = start(...parameters);
  await ended;
  return { code: child.exitCode, ...said };
}

const figure = z.number().positive();
const speed = z.strictObject({ perSecond: figure, cpuMicros: figure, busy: figure });
const comparison = (unit: 'request' | 'row') =>
  z.strictObject({
    unit: z.literal(unit),
    emulator: speed,
    bare: speed,
    rateRatio: figure,
    cpuRatio: figure,
    rounds: z.array(z.strictObject({ emulator: speed, bare: speed })).length(5),
  });
const report = z.strictObject({
  statusCalls: comparison('request'),
  launches: comparison('row'),
  memory: z.strictObject({
    rows: z.literal(1500),
    emptyRssBytes: figure,
    rssBytes: figure,
    peakRssBytes: figure,
    seconds: figure,
  }),
});

test('both servers and the memory are measured, and printed as one JSON object', async () => {
  const { code, stdout, stderr } = await run('--json', '--rows', '1500', '--seconds', '0.1');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { statusCalls, launches } = report.parse(JSON.parse(stdout));
  for (const { rounds, rateRatio } of [statusCalls, launches]) {
    const ratios = rounds.map(({ emulator, bare }) => emulator.perSecond / bare.perSecond);
    expect(ratios.sort((a, b) => a - b)[2]).toBe(rateRatio);
  }
});

test('an interrupt ends the program and every server that it started', async () => {
  const { child, said, ended } = start('--seconds', '600');
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => said.stderr.includes('warming up') && resolve());
    child.once('exit', () => reject(new Error(`It ended by itself: ${said.stderr}`)));
  });
  child.kill('SIGINT');
  await ended;
  expect(child.signalCode).toBe('SIGINT');
});

test('the help names every option', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--json', '--rows', '--seconds', '--help']) expect(stdout).toContain(option);
});

test.each([
  { parameters: ['--rows', '0'], says: '--rows: expected a number from 1' },
  { parameters: ['--rows', 'many'], says: '--rows: expected a number from 1' },
  { parameters: ['--seconds', '0'], says: '--seconds: expected a number above 0' },
  { parameters: ['--colour'], says: "Unknown option '--colour'" },
])('$parameters is refused before anything is measured', async ({ parameters, says }) => {
  const { code, stdout, stderr } = await run(...parameters);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
});

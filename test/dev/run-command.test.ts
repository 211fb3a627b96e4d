import { runCommand } from '../../src/dev/run-command';

const node = process.execPath;
const environment = process.env;

test('a command that does not end is killed at its limit', async () => {
  const ticks: number[] = [];
  const result = await runCommand(node, ['-e', 'setInterval(() => undefined, 1000)'], {
    environment,
    limitMs: 500,
    tickMs: 50,
    onTick: (elapsedMs) => ticks.push(elapsedMs),
  });
  expect(result).toMatchObject({ ok: false, seen: 'no end within 0.5 s' });
  expect(ticks.length).toBeGreaterThan(0);
});

test('a grandchild that keeps the output open does not hold up the limit', async () => {
  const program = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 20_000)'], { stdio: 'inherit' });
    setInterval(() => undefined, 1000);`;
  const startedAt = Date.now();
  const result = await runCommand(node, ['-e', program], { environment, limitMs: 700 });
  expect(result.ok).toBe(false);
  expect(Date.now() - startedAt).toBeLessThan(15_000);
});

test.each([
  {
    why: 'a failure with its last words',
    code: "console.error('one\\ntwo\\nthree\\nfour'); process.exit(3)",
    seen: 'exit code 3: two / three / four',
  },
  {
    why: "Maven's first error",
    code: "console.log('\\u001b[31m[ERROR] no network\\u001b[0m\\n[ERROR] more'); process.exit(1)",
    seen: 'exit code 1: [ERROR] no network',
  },
  { why: 'a silent failure', code: 'process.exit(4)', seen: 'exit code 4' },
  {
    why: 'a signal',
    code: "process.kill(process.pid, 'SIGTERM'); setInterval(() => undefined, 1000)",
    seen: 'ended by SIGTERM',
  },
])('$why is what was seen', async ({ code, seen }) => {
  await expect(runCommand(node, ['-e', code], { environment, limitMs: 20_000 })).resolves.toMatchObject({
    ok: false,
    seen,
  });
});

test('a command that is not there was not found', async () => {
  const result = await runCommand('no-such-command', [], {
    environment: { PATH: '/nowhere' },
    limitMs: 5000,
  });
  expect(result).toMatchObject({ ok: false, seen: 'no-such-command was not found' });
});

test('a command that succeeds gives its output', async () => {
  const result = await runCommand(node, ['-e', 'console.log(process.env.GIVEN)'], {
    environment: { GIVEN: 'yes' },
    limitMs: 20_000,
  });
  expect(result).toMatchObject({ ok: true, output: 'yes\n' });
});

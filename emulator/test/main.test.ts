import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const program = join(__dirname, '..', 'dist', 'main.js');
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

function start(...parameters: string[]) {
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

test('it says where it listens, and ends well when it is interrupted', async () => {
  const child = start('--port', '0', '--job-duration', '1s..2s', '--json');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { baseUrl, adminUrl } = JSON.parse(line.toString()) as { baseUrl: string; adminUrl: string };
  const answers = await Promise.all([
    fetch(`${baseUrl}/v2/prism/team/deal/count`),
    fetch(`${adminUrl}/counts`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 200]);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('--help lists the options', async () => {
  expect(await text(start('--help').stdout)).toMatch(/^Usage: prism-emulator .*--state <file>/s);
});

test.each([
  { given: ['--prot', '1'], said: "Unknown option '--prot'" },
  { given: ['--port', 'eighty'], said: 'port: saw null, expected a port number' },
  { given: ['--retention', 'long'], said: 'retention: saw "long"' },
])('$given is refused with exit code 2', async ({ given, said }) => {
  const child = start(...given);
  const [message] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(message).toContain(said);
  expect(child.exitCode).toBe(2);
});

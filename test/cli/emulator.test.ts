import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killLeftCli, runCli, startCli } from './support/run-cli';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
});
afterAll(async () => {
  killLeftCli();
  await rm(folder, { recursive: true });
});

async function ask(baseUrl: string): Promise<number> {
  const url = `${baseUrl}/v2/prism/team-1/imports/job-1`;
  return (await fetch(url, { headers: { 'x-api-key': 'any' } })).status;
}

test('the emulator says where it listens, serves, writes its journal, and ends on Ctrl-C with exit code 0', async () => {
  const journal = join(folder, 'journal.jsonl');
  const run = startCli(['emulator', '--port', '0', '--journal', journal]);
  const [, baseUrl = ''] = await run.printed(/^Prism emulator at (http:\S+);/m);
  await run.printed(new RegExp(`MICRO_BASE_URL=${baseUrl} MICRO_API_KEY=`));
  expect(await ask(baseUrl)).toBe(404);
  run.kill('SIGINT');
  expect((await run.ended).code).toBe(0);
  expect(JSON.parse(await readFile(journal, 'utf8'))).toMatchObject({ method: 'GET', status: 404 });
  await expect(ask(baseUrl)).rejects.toThrow();
});

test('the key that it prints is one that it accepts', async () => {
  const settings = join(folder, 'settings.json');
  await writeFile(settings, JSON.stringify({ apiKey: { "o'brien": ['team-1'] } }));
  const run = startCli(['emulator', '--port', '0', '--settings', settings]);
  await run.printed(/MICRO_API_KEY='o'\\''brien'\n/);
  run.kill('SIGINT');
  await run.ended;
});

test('--json says where it listens to a program', async () => {
  const run = startCli(['emulator', '--port', '0', '--json']);
  await run.printed(/\}\n/);
  run.kill('SIGTERM');
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { baseUrl } = JSON.parse(stdout) as { baseUrl: string };
  expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a port that is taken is an error that says what to do', async () => {
  const first = startCli(['emulator', '--port', '0']);
  const [, port = ''] = await first.printed(/127\.0\.0\.1:(\d+);/);
  const { code, stderr } = await runCli(['emulator', '--port', port]);
  expect(code).toBe(1);
  expect(stderr).toBe(`The emulator cannot listen on 127.0.0.1:${port}: give another port or host\n`);
  first.kill('SIGINT');
  await first.ended;
});

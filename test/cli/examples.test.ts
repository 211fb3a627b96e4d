import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import { withoutAccounts } from '../../src/config/config';
import { examples } from '../../src/cli/commands/examples';
import { createProgram } from '../../src/cli/main';
import { startCliRig, type CliRig } from './support/cli-rig';
import { program } from './support/run-cli';

let rig: CliRig;
/** Where the lines are typed. */
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  rig = await startCliRig();
  folder = dirname(
    await rig.file('companies.csv', 'name,primary_domain\nAcme,acme.test\nZenith,zenith.test\n'),
  );
  await rig.file('micro.key', 'test-key-hunter2');
  await mkdir(join(folder, 'bin'));
  const command = await rig.file(
    join('bin', 'prism-imports'),
    `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`,
  );
  await chmod(command, 0o700);
  await rig.emulator.controller.createJob({ teamId: 'acme', jobId: 'imp-1', total: 7, duration: 0 });
  const own = withoutAccounts();
  environment = {
    ...own,
    ...rig.environment,
    PATH: `${join(folder, 'bin')}:${own['PATH']}`,
    TMPDIR: folder,
    PRISM_TASK_QUEUE: 'prism-imports',
  };
});
const left = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of left) child.kill('SIGTERM');
  await rig?.close();
});

const commandLine = createProgram();
const shown = commandLine.commands
  .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
  .map((command) => command.name())
  .filter((name) => !['complete', 'completion'].includes(name));

test('the help of every command has an example, but for completion, which shows a line for each shell', () => {
  expect(Object.keys(examples).sort()).toEqual([...shown].sort());
});

const run = (line: string) =>
  promisify(execFile)('sh', ['-c', line], { cwd: folder, env: environment, timeout: 200_000 });
/** Those that go on until they are stopped: what they say once they serve, the test's own port, what they need. */
const servers: Record<string, [ready: RegExp, flags: string, settings: NodeJS.ProcessEnv]> = {
  worker: [/worker is ready/, '', { MICRO_API_KEY: '' }],
  emulator: [/http:\/\/127\.0\.0\.1:\d+/, '--port 0', {}],
  'codec-server': [
    /127\.0\.0\.1:\d+/,
    '--address 127.0.0.1:0',
    { PRISM_ENCRYPTION_KEYS: `key-1:${randomBytes(32).toString('base64')}` },
  ],
};

/** It needs a newer server: `test/interop/rehearse.test.ts` runs its line. */
const runElsewhere = ['rehearse'];

test.each(
  // What lists, describes and reads results needs an import that was followed.
  [
    'track',
    ...shown.filter((name) => name !== 'track' && !(name in servers) && !runElsewhere.includes(name)),
  ],
)('the example of %s works as it stands', async (name) => {
  const { stdout } = await run(`${examples[name]}`);
  if (!/>/.test(examples[name] ?? '')) expect(stdout).not.toBe('');
});

test.each(Object.entries(servers))(
  'the example of %s serves until it is stopped',
  async (name, [ready, flags, settings]) => {
    const child = spawn(
      'sh',
      ['-c', `${examples[name]?.replace('prism-imports', 'exec prism-imports')} ${flags}`],
      {
        cwd: folder,
        env: { ...environment, ...settings },
      },
    );
    left.add(child);
    const ended = once(child, 'close').finally(() => left.delete(child));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (piece: Buffer) => {
          said += piece.toString();
          if (ready.test(said)) resolve();
        });
      child.once('close', () => reject(new Error(said)));
    });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  },
);

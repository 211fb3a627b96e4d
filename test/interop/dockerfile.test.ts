import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess } from '../support/worker-process';
import { only, parseCopy, parseDockerfile, type Stage } from './support/dockerfile';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const [build, image] = parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8')) as [Stage, Stage];

/** Where a path of the image's file system lies in this test. */
const folder = mkdtempSync(join(tmpdir(), 'prism-imports-image-'));
const inStage = (stage: Stage, path: string) => join(folder, stage.name ?? 'image', path);
const app = inStage(image, '/app');

let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  [server, emulator] = await Promise.all([
    startDevServer({ searchAttributes: [] }),
    startPrismEmulator({ job: { duration: 500 } }),
  ]);
  environment = {
    ...withoutAccounts(),
    NODE_ENV: 'production',
    TEMPORAL_ADDRESS: server.address,
    MICRO_API_KEY: 'emulator-key',
    MICRO_BASE_URL: emulator.baseUrl,
    PRISM_STORAGE: `file:${inStage(image, '/storage')}`,
  };
  await carryOut(build, withoutAccounts());
  copyAll(image);
});

afterAll(async () => {
  await emulator?.close();
  await server?.teardown();
  rmSync(folder, { recursive: true, force: true });
});

test('the image runs without root and starts the worker', () => {
  expect(only(image, 'USER')).toBe('node');
  expect(JSON.parse(only(image, 'CMD'))).toEqual(['worker']);
  expect(image.image).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim@sha256:[\da-f]{64}$/);
  expect(build.image).toBe(image.image);
});

test('the built program has no development packages and explains itself', async () => {
  const { stdout } = await prismImports('--help');
  for (const command of ['worker', 'emulator', 'setup', 'import', 'track']) expect(stdout).toContain(command);
  expect(() => statSync(join(app, 'node_modules', 'typescript'))).toThrow('ENOENT');
});

test('the image has what the package leaves out: S3, tracing, and the download of a server', async () => {
  const { dependencies } = JSON.parse(
    readFileSync(join(root, 'deploy', 'image', 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    await run(process.execPath, ['-e', `require(${JSON.stringify(name)})`], { cwd: app, env: environment });
  }
});

test('the built program and its emulator package start an emulator', async () => {
  const start = "require('prism-emulator').startPrismEmulator().then(({ close }) => close())";
  await run(process.execPath, ['-e', start], { cwd: app, env: environment });
});

test('the built worker serves imports, is healthy while it runs, and stops when told', async () => {
  await prismImports('setup');
  await expect(health()).rejects.toThrow(/Looked for a worker .* saw none/);

  const [teamId, jobId] = ['team-1', await emulator.controller.createJob({ teamId: 'team-1', total: 100 })];
  const worker = await startWorkerProcess({ environment, program: [...entry(), 'worker'], directory: app });
  try {
    const outcome: unknown = await server.client.workflow.execute('trackImport', {
      taskQueue: 'prism-imports',
      workflowId: randomUUID(),
      args: [{ teamId, jobId }],
    });
    expect(outcome).toMatchObject({ status: 'complete', jobId });
    await health();
  } finally {
    expect(await worker.stop()).toBe(0);
  }
});

test("the emulator's health check tells whether it answers", async () => {
  const check = (port: string) => run(process.execPath, ['deploy/emulator-health.mjs', port], { cwd: app });
  await check(new URL(emulator.baseUrl).port);
  await expect(check('1')).rejects.toThrow('Asked the emulator on port 1');
});

const entry = (): string[] => (JSON.parse(only(image, 'ENTRYPOINT')) as string[]).slice(1);
const prismImports = (...parameters: string[]) =>
  run(process.execPath, [...entry(), ...parameters], { cwd: app, env: environment });

function health(): Promise<unknown> {
  const [, command = '[]'] = /CMD (\[.*\])$/.exec(only(image, 'HEALTHCHECK')) ?? [];
  const [, ...parameters] = JSON.parse(command) as string[];
  return run(process.execPath, parameters, { cwd: app, env: environment });
}

/** Carries out the stage's COPY and RUN steps, in order, in its working folder. */
async function carryOut(stage: Stage, env: NodeJS.ProcessEnv): Promise<void> {
  const cwd = inStage(stage, only(stage, 'WORKDIR'));
  mkdirSync(cwd, { recursive: true });
  for (const { keyword, rest } of stage.instructions) {
    if (keyword === 'COPY') copy(stage, rest);
    if (keyword === 'RUN') await run('sh', ['-c', rest], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  }
}

/** Carries out the stage's COPY steps. Its RUN steps change the system and are for a container only. */
function copyAll(stage: Stage): void {
  mkdirSync(inStage(stage, only(stage, 'WORKDIR')), { recursive: true });
  for (const { keyword, rest } of stage.instructions) if (keyword === 'COPY') copy(stage, rest);
}

function copy(stage: Stage, rest: string): void {
  const { from, sources, destination } = parseCopy(rest);
  for (const source of sources) {
    if (from === null) requireInContext(source);
    const path = from === null ? join(root, source) : inStage(build, source);
    const target = inStage(stage, join(only(stage, 'WORKDIR'), destination));
    const isFolder = statSync(path).isDirectory();
    cpSync(path, isFolder ? target : join(target, basename(source)), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

function requireInContext(source: string): void {
  const kept = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  expect(kept).toContain(`!${source}`);
}

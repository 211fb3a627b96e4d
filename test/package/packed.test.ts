import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { withoutAccounts } from '../../src/config/config';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess } from '../support/worker-process';
import { callerPages } from './support/caller-pages';
import { packPackage, typedEntries, type PackageJson } from './support/pack';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
/** A project of somebody else's that has nothing but the package as npm publishes it, and what that depends on. */
let project: string;
let packageJson: PackageJson;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'prism-packed-'));
  const modules = join(project, 'node_modules');
  ({ packageJson } = await packPackage(project, join(modules, 'prism-imports')));
  const { dependencies, bundleDependencies, peerDependencies, peerDependenciesMeta: meta } = packageJson;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (bundleDependencies.includes(name) || meta[name]?.optional === true) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

const node = (...parameters: string[]) =>
  run(process.execPath, parameters, { cwd: project, env: withoutAccounts() });
const command = join('node_modules', 'prism-imports', 'dist', 'cli', 'main.js');

/** What a program gives to `require` for an entry of the package. */
const specifierOf = (entry: string): string =>
  entry.replace(/^\./, 'prism-imports').replace('*', 'track-import-input.schema.json');

test('every entry can be required and imported, and gives the same', async () => {
  const entries = Object.keys(packageJson.exports).map(specifierOf);
  const required = `for (const entry of ${JSON.stringify(entries)})
    console.log(JSON.stringify([entry, Object.keys(require(entry)).sort()]));`;
  const imported = `for (const entry of ${JSON.stringify(entries)}) {
    const isJson = entry.endsWith('.json');
    const { default: whole, ...named } = await import(entry, isJson ? { with: { type: 'json' } } : {});
    for (const name of ['__esModule', 'module.exports']) delete named[name];
    console.log(JSON.stringify([entry, Object.keys(isJson ? whole : named).sort()]));
  }`;
  const cjs = (await node('-e', required)).stdout;
  const esm = (await node('--no-warnings', '--input-type=module', '-e', imported)).stdout;
  const names = new Map(
    cjs
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string[]]),
  );
  expect([...names.keys()]).toEqual(entries);
  expect(esm).toBe(cjs);
  expect(names.get('prism-imports')).toContain('createImports');
  expect(names.get('prism-imports/workflow')).toContain('startTrackImport');
  expect(names.get('prism-imports/workflows')).toEqual([
    'cleanStorage',
    'deliverNotice',
    'importRecords',
    'trackImport',
  ]);
  expect(names.get('prism-imports/nexus')).toContain('prismImportsServiceHandler');
  expect(names.get('prism-imports/testing')).toContain('startTrackerDouble');
  expect(names.get('prism-imports/schemas/track-import-input.schema.json')).toContain('$schema');
});

test('workflow code gets the definition of the Nexus service alone', async () => {
  const workflowsPath = join(project, 'nexus-caller.js');
  await writeFile(
    workflowsPath,
    "exports.service = () => require('prism-imports/nexus').prismImportsService;",
  );
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  expect(code).toContain('nexus/service.js');
  expect(code).not.toContain('nexus/service-handler.js');
});

test('the emulator can be started from prism-imports/testing', async () => {
  const program = `
    const { startPrismEmulator } = require('prism-imports/testing');
    startPrismEmulator().then(async ({ baseUrl, close }) => {
      const { status } = await fetch(baseUrl + '/v2/prism/team/deal/count', { headers: { 'x-api-key': 'k' } });
      console.log(status);
      await close();
    });`;
  expect((await node('-e', program)).stdout).toBe('200\n');
});

test('the command has its emulator', async () => {
  const { stdout } = await node(command, 'emulator', '--help');
  expect(stdout).toContain('Usage: prism-imports emulator');
});

test.each([
  { moduleResolution: 'node16', module: 'node16', endings: ['mts', 'cts'] },
  { moduleResolution: 'nodenext', module: 'nodenext', endings: ['mts', 'cts'] },
  { moduleResolution: 'bundler', module: 'esnext', endings: ['ts'] },
])('the types of every entry can be used with $moduleResolution', async ({ endings, ...resolution }) => {
  expect(Object.keys(callerPages)).toEqual(typedEntries(packageJson));
  const pages = Object.values(callerPages).flatMap((text, index) =>
    endings.map((ending) => ({ name: `page-${index}.${ending}`, text })),
  );
  for (const { name, text } of pages) await writeFile(join(project, name), text);
  const compilerOptions = {
    ...{ ...resolution, noEmit: true, strict: true, target: 'es2023' },
    ...{ types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
  };
  const config = { compilerOptions, files: pages.map(({ name }) => name) };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await node(tsc).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

describe('without the packages that are optional', () => {
  let server: TestWorkflowEnvironment;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = await startDevServer();
    environment = {
      TEMPORAL_ADDRESS: server.address,
      MICRO_API_KEY: 'key-of-tests',
      PRISM_STORAGE: `file:${join(project, 'storage')}`,
    };
  });
  afterAll(() => server?.teardown());

  test('a worker that needs none of them serves', async () => {
    const worker = await startWorkerProcess({
      environment,
      directory: project,
      program: [command, 'worker'],
    });
    expect(await worker.stop()).toBe(0);
  });

  test.each([
    ['S3', { PRISM_STORAGE: 's3://bucket/prefix' }, '@aws-sdk/client-s3 @aws-sdk/lib-storage'],
    [
      'Tracing',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
      '@opentelemetry/api @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-proto ' +
        '@opentelemetry/resources @temporalio/interceptors-opentelemetry-v2',
    ],
  ])('a worker that needs those of %s ends and names them', async (feature, settings, packages) => {
    const env = { ...withoutAccounts(), ...environment, ...settings };
    const ended = run(process.execPath, [command, 'worker'], { cwd: project, env });
    const said = `${feature} needs packages that are not installed: npm install ${packages}`;
    await expect(ended).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) as string });
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { packTarball } from '../package/support/pack';
import { createNpmProject, repeated, type NpmProject } from '../support/npm-project';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess } from '../support/worker-process';
import { startOtlpReceiver } from '../telemetry/support/otlp-receiver';
import { nodeOf, nodeVersions } from './support/node-versions';
import { teamProgram, teamWorkflows } from './support/team-project';

const sdk = '1.24.0';
const ownSdk = ['activity', 'client', 'common', 'worker', 'workflow'].map(
  (name) => `@temporalio/${name}@${sdk}`,
);

let folder: string;
let tarball: string;
let server: TestWorkflowEnvironment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-installed-'));
  [tarball, server] = await Promise.all([packTarball(folder), startDevServer()]);
});
afterAll(async () => {
  await server?.teardown();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  { what: 'an empty project', own: [] },
  { what: 'a project with its own Temporal', own: ownSdk },
  { what: 'a project with its own Temporal and an older zod', own: [...ownSdk, 'zod@3'] },
])('$what that installs the package', ({ own }) => {
  let project: NpmProject;
  beforeAll(async () => {
    project = await createNpmProject();
    if (own.length > 0) await project.install(...own);
    await project.install(tarball);
    await project.write('workflows.js', teamWorkflows);
    await project.write('team.js', teamProgram);
  });
  afterAll(() => project?.dispose());

  test('has one copy of the SDK and of what is loaded once, and nothing that npm finds wrong', async () => {
    const packages = await project.packages();
    expect(
      repeated(packages, /^@temporalio\/|^prism-|^@opentelemetry\/api$|^nexus-rpc$|^@swc\/core$/),
    ).toEqual({});
    const current = packages.filter(({ name, version }) => name === 'zod' && version.startsWith('4.'));
    expect(current).toHaveLength(1);
    expect(await project.problems()).toBe('');
  });

  test.each(Object.entries(nodeVersions()))(
    "runs the team's parent and our tracker on Node, the %s: %s",
    async (_, version) => {
      const said = await project.node(['team.js', server.address], await nodeOf(version));
      expect(said).toBe(`v${version}: complete 25\n`);
    },
  );
});

describe("beside Temporal's OpenTelemetry package", () => {
  /** The block of the pages that has a text in it. */
  async function documented(block: RegExp): Promise<string> {
    const docs = join(__dirname, '..', '..', 'docs');
    for (const name of await readdir(docs, { recursive: true })) {
      const text = name.endsWith('.md') ? await readFile(join(docs, name), 'utf8') : '';
      const [found] = block.exec(text) ?? [];
      if (found !== undefined) return found;
    }
    throw new Error(`No page of docs/ has ${String(block)}.`);
  }
  const tracing = async () =>
    (await documented(/npm install @opentelemetry[^`]*interceptors-opentelemetry-v2/))
      .split(/[\s\\]+/)
      .slice(2);

  let project: NpmProject | undefined;
  afterEach(() => project?.dispose());

  test('npm refuses it without the overrides', async () => {
    project = await createNpmProject();
    await project.install(...ownSdk);
    await expect(project.install(tarball, ...(await tracing()))).rejects.toThrow('ERESOLVE');
  });

  test('with the overrides of the page there is one copy of the SDK, and a worker that traces', async () => {
    const overrides = JSON.parse(await documented(/\{\s*"overrides": [^`]*/)) as object;
    project = await createNpmProject(overrides);
    await project.install(...ownSdk, tarball, ...(await tracing()));
    expect(await project.problems()).toBe('');
    expect(repeated(await project.packages(), /^@temporalio\/|^@opentelemetry\/api$/)).toEqual({});

    const receiver = await startOtlpReceiver();
    const worker = await startWorkerProcess({
      environment: {
        TEMPORAL_ADDRESS: server.address,
        MICRO_API_KEY: 'key-of-tests',
        MICRO_BASE_URL: 'http://127.0.0.1:9',
        PRISM_TASK_QUEUE: 'traced',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
      directory: project.folder,
      program: [join('node_modules', 'prism-imports', 'dist', 'cli', 'main.js'), 'worker'],
    });
    try {
      const tracker = await server.client.workflow.start('trackImport', {
        taskQueue: 'traced',
        workflowId: 'traced',
        args: [{ teamId: 'team', jobId: 'job' }],
      });
      const spans = await receiver.until((each) => each.some(({ name }) => name.includes('getImportStatus')));
      expect(spans.map(({ service }) => service)).toContain('prism-imports');
      await tracker.terminate();
    } finally {
      await worker.stop();
      await receiver.close();
    }
  });
});

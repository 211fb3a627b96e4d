import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { searchAttributes } from '../../src/workflows/messages';
import { startDevServer } from '../support/temporal';
import { killLeftCli, runCli } from './support/run-cli';

let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startDevServer({ searchAttributes: [] as unknown as typeof searchAttributes });
});
afterAll(async () => {
  killLeftCli();
  await server?.teardown();
});

const names = ['PrismImportStatus', 'PrismTeamId', 'PrismJobId', 'PrismExpiresAt', 'PrismProblem'];

test('setup registers what the worker needs, may be repeated, and says what it found', async () => {
  const environment = { TEMPORAL_ADDRESS: server.address, MICRO_API_KEY: 'some-key' };
  const refused = await runCli(['worker'], environment);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('prism-imports setup');

  const first = await runCli(['setup', '--json'], environment);
  expect(first.code).toBe(0);
  const ready = JSON.parse(first.stdout) as { added: string[]; warning: string };
  expect(ready).toMatchObject({ address: server.address, namespace: 'default', present: [] });
  expect(ready.added.toSorted()).toEqual(names.toSorted());
  // The namespace of a development server keeps closed workflows for a day.
  expect(ready.warning).toContain('--retention 8d');
  expect(first.stderr).toContain('Warning: The namespace "default" keeps closed workflows for 1 day only');

  const second = await runCli(['setup'], environment);
  expect(second.code).toBe(0);
  expect(second.stdout).toContain(`Namespace default at ${server.address} is ready.`);
  expect(second.stdout).toContain('Search attributes added: none; there before: ');
  for (const name of names) expect(second.stdout).toContain(name);
});

test('setup makes a Nexus endpoint once, and says what stands in its way', async () => {
  const environment = { TEMPORAL_ADDRESS: server.address };
  const made = await runCli(['setup', '--nexus-endpoint', 'prism', '--json'], environment);
  const target = { namespace: 'default', taskQueue: 'prism-imports' };
  expect(JSON.parse(made.stdout)).toMatchObject({ nexusEndpoint: { name: 'prism', target, isNew: true } });
  const again = await runCli(['setup', '--nexus-endpoint', 'prism'], environment);
  expect(again.stdout).toContain(
    'Nexus endpoint prism there before: it leads to the task queue prism-imports.',
  );
  const doctor = await runCli(['doctor', '--no-api'], environment);
  expect(doctor.stdout).toMatch(/^ok +Nexus endpoints +prism: leads to these workers$/m);

  const elsewhere = { ...environment, PRISM_TASK_QUEUE: 'others' };
  const taken = await runCli(['setup', '--nexus-endpoint', 'prism'], elsewhere);
  expect(taken.code).toBe(1);
  expect(taken.stderr).toMatch(
    /endpoint "prism" that leads to the task queue "prism-imports".*Choose another name/,
  );
  const misnamed = await runCli(['setup', '--nexus-endpoint', 'prism_imports'], environment);
  expect(misnamed.code).toBe(2);
  expect(misnamed.stderr).toContain('--nexus-endpoint: saw "prism_imports", expected letters, digits and -');
});

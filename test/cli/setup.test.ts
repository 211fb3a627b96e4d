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

const names = ['PrismImportStatus', 'PrismTeamId', 'PrismJobId', 'PrismExpiresAt'];

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

import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Finding } from '../../../src/cli/doctor/findings';
import { startDevServer } from '../../support/temporal';
import { killLeftCli, runCli } from '../support/run-cli';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startDevServer({ extraArgs: ['--dynamic-config-value', 'limit.maxIDLength=200'] });
});
afterAll(async () => {
  killLeftCli();
  await server?.teardown();
});

const environment = () => ({ TEMPORAL_ADDRESS: server.address });
const refused = 'refuses ids of more than 200 bytes, and ours have up to 255';
const advice = /limit\.maxIDLength must be at least 255 .* ids of at most 165 bytes/;

test('a server that takes shorter ids than ours is a problem for doctor, which says what to set', async () => {
  const { code, stdout } = await runCli(['doctor', '--json', '--no-api'], environment());
  expect(code).toBe(1);
  const found = (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'Workflow ids');
  expect(found).toMatchObject({ level: 'problem', seen: expect.stringContaining(refused) as string });
  expect(found?.fix).toMatch(advice);
});

test("the server's own words tell why a tracker was not started", async () => {
  const run = await runCli(['track', 'j'.repeat(200), '--team', 't'], environment());
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/^Failed to start Workflow: WorkflowId (?:length )?exceeds .*\n$/);
});

test('setup warns of such a server, and leaves nothing there', async () => {
  const { code, stdout, stderr } = await runCli(['setup', '--json'], environment());
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Warning: Workflow ids: .*refuses ids of more than 200 bytes/m);
  expect(JSON.parse(stdout)).toMatchObject({ warning: expect.stringMatching(advice) as string });
  for await (const { workflowId } of server.client.workflow.list())
    throw new Error(`${workflowId} was started`);
});

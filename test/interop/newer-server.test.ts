import type { Finding } from '../../src/cli/doctor/findings';
import { startDevServer } from '../support/temporal';
import { newerServerVersion, newerTemporalCli } from './support/newer-temporal-cli';
import { startSite, type Scenario } from './support/scenario';
import { runSuites } from './support/suites';
import { killLeftCli, runCli } from '../cli/support/run-cli';

let site: Scenario;

beforeAll(async () => {
  site = await startSite({ executable: await newerTemporalCli() }, {}, () => Promise.resolve());
});

afterAll(async () => {
  killLeftCli();
  await site?.close();
});

test('setup, doctor and track do on server 1.32 what they do on the usual one', async () => {
  const { serverVersion } = await site.server.connection.workflowService.getSystemInfo({});
  expect(serverVersion).toBe(newerServerVersion);

  const environment = { TEMPORAL_ADDRESS: site.server.address };
  const setup = await runCli(['setup', '--json'], environment);
  expect(setup).toMatchObject({ code: 0 });
  expect(JSON.parse(setup.stdout)).toMatchObject({ added: [] });
  const doctor = await runCli(['doctor', '--no-api'], environment);
  expect(doctor).toMatchObject({ code: 0 });

  await site.emulator.controller.createJob({ teamId: 'acme', jobId: 'imp-1', total: 7, duration: 2000 });
  const track = await runCli(['track', 'imp-1', '--team', 'acme', '--json'], environment);
  expect(track).toMatchObject({ code: 0 });
  expect(JSON.parse(track.stdout)).toMatchObject({ status: 'complete', jobId: 'imp-1', job: { total: 7 } });
});

test('doctor reads what server 1.32 says of ids that it finds too long', async () => {
  const server = await startDevServer({
    executable: await newerTemporalCli(),
    extraArgs: ['--dynamic-config-value', 'limit.maxIDLength=200'],
  });
  try {
    const { stdout } = await runCli(['doctor', '--json', '--no-api'], { TEMPORAL_ADDRESS: server.address });
    const found = (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'Workflow ids');
    expect(found).toMatchObject({
      level: 'problem',
      seen: expect.stringContaining('refuses ids of more than 200 bytes, and ours have up to 255') as string,
    });
  } finally {
    await server.teardown();
  }
});

test('the tests of lists, descriptions and cleaning pass on it', async () =>
  runSuites(await newerTemporalCli()));

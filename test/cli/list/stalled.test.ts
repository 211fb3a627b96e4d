import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { createEncryptionCodec } from '../../../src/codec/encryption-codec';
import type { Finding } from '../../../src/cli/doctor/findings';
import { startWorkerProcess } from '../../support/worker-process';
import { until } from '../../support/until';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { listed } from '../support/listed';
import { runCli } from '../support/run-cli';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

test('an import whose keys the workers have lost is named by list and doctor', async () => {
  const key = randomBytes(32);
  const taskQueue = 'keys-lost';
  const environment: Record<string, string> = { ...rig.environment, PRISM_TASK_QUEUE: taskQueue };
  const withKey = await startWorkerProcess({
    environment: { ...environment, PRISM_ENCRYPTION_KEYS: `first:${key.toString('base64')}` },
  });
  const client = new Client({
    connection: rig.server.connection,
    dataConverter: { payloadCodecs: [createEncryptionCodec([{ id: 'first', key }])] },
  });
  const teamId = 'team-1';
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 });
  // An id that would pass for a line of ours.
  const workflowId = 'keys-lost\nok       API key  fine';
  const handle = await client.workflow.start('trackImport', {
    taskQueue,
    workflowId,
    args: [{ teamId, jobId }],
  });
  await until(() => rig.emulator.controller.requests().some(({ path }) => path.endsWith(jobId)));
  const healthy = await listed(environment);
  expect(healthy).toMatchObject([{ workflowId, stalled: null }]);
  await withKey.stop();

  // It encodes its failures with a key of its own.
  environment['PRISM_ENCRYPTION_KEYS'] = `second:${randomBytes(32).toString('base64')}`;
  const withoutKey = await startWorkerProcess({ environment });
  try {
    await handle.signal('pollNow');
    await until(async () => (await listed(environment)).some(({ stalled }) => stalled !== null));
    expect(await listed(environment)).toMatchObject([
      {
        workflowId,
        stalled: expect.stringMatching(
          /attempt \d+: the input is a payload in the encoding binary/,
        ) as string,
      },
    ]);
    const { stdout } = await runCli(['list'], environment);
    expect(stdout).toMatch(/^processing, stalled /m);
    expect(stdout).toMatch(/^Stalled: keys-lost.*: its workflow task is at attempt/m);
    expect(stdout).not.toMatch(/^ok/m);
    const page = await runCli(['doctor', '--no-api'], environment);
    expect(page.stdout).toMatch(
      /^problem +Workflow tasks +no worker can complete the workflow tasks of keys-lost/m,
    );
    expect(page.stdout).not.toMatch(/^ok +API key +fine/m);
    const doctor = await runCli(['doctor', '--json', '--no-api'], environment);
    const findings = JSON.parse(doctor.stdout) as Finding[];
    expect(findings.find(({ check }) => check === 'Workflow tasks')).toMatchObject({
      level: 'problem',
      seen: expect.stringContaining(workflowId) as string,
      fix: expect.stringContaining('PRISM_ENCRYPTION_KEYS') as string,
    });
    expect(doctor.code).toBe(1);
  } finally {
    await withoutKey.stop();
  }
});

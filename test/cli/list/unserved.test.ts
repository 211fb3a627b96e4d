import { Client } from '@temporalio/client';
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

test('an import on a queue that nobody serves is told from one that runs, by list and doctor', async () => {
  const environment: Record<string, string> = { ...rig.environment, PRISM_TASK_QUEUE: 'served' };
  const worker = await startWorkerProcess({ environment });
  const teamId = 'team-1';
  const start = async (taskQueue: string, workflowId = `on-${taskQueue}`): Promise<void> => {
    const jobId = await rig.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 });
    await new Client({ connection: rig.server.connection }).workflow.start('trackImport', {
      taskQueue,
      workflowId,
      args: [{ teamId, jobId }],
    });
  };
  try {
    await start('served');
    await start('mistyped');
    await until(() => rig.emulator.controller.requests().some(({ method }) => method === 'GET'));
    await until(async () => (await listed(environment)).length === 2);
    const rows = Object.fromEntries((await listed(environment)).map((row) => [row.workflowId, row]));
    expect(rows).toMatchObject({
      'on-served': { stalled: null, unserved: [] },
      'on-mistyped': { stalled: null, unserved: ['mistyped', 'mistyped-http'] },
    });
    const { stdout } = await runCli(['list'], environment);
    expect(stdout).toMatch(/^processing, no worker .*on-mistyped/m);
    expect(stdout).toMatch(/^processing {2}.*on-served/m);
    expect(stdout).toMatch(/^No worker: on-mistyped: no worker has polled the task queue mistyped and/m);
    expect(stdout).not.toContain('No worker: on-served');
    const doctor = await runCli(['doctor', '--json', '--no-api'], environment);
    const findings = JSON.parse(doctor.stdout) as Finding[];
    expect(findings.find(({ check }) => check === 'Task queues')).toMatchObject({
      level: 'problem',
      seen: 'no worker serves all of mistyped, needed by on-mistyped',
      fix: expect.stringContaining('PRISM_TASK_QUEUE=mistyped.') as string,
    });
    expect(doctor.code).toBe(1);

    await start('mistyped', 'also-mistyped');
    await until(async () => (await listed(environment)).length === 3);
    const { stdout: longer } = await runCli(['list'], environment);
    expect(longer.match(/^No worker: .*/gm)).toEqual([
      expect.stringMatching(/^No worker: (on|also)-mistyped and 1 more: no worker has polled/),
    ]);
  } finally {
    await worker.stop();
  }
});

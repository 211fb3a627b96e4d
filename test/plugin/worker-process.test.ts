import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { startTeamRig, type TeamRig } from './support/team-rig';

const root = join(__dirname, '..', '..');
const typescript = join(root, 'scripts', 'require-typescript.cjs');

let rig: TeamRig;
beforeAll(async () => {
  rig = await startTeamRig();
});
const started: WorkerProcess[] = [];
afterAll(async () => {
  for (const worker of started) if (worker.isRunning()) await worker.kill();
  await rig?.close();
});

async function startWorker(): Promise<WorkerProcess> {
  const worker = await startWorkerProcess({
    program: ['-r', typescript, join(__dirname, 'team', 'worker.ts')],
    readyText: "taskQueue: 'team-http'",
    environment: {
      TEMPORAL_ADDRESS: rig.env.address,
      MICRO_API_KEY: 'test-key',
      MICRO_BASE_URL: rig.emulator.baseUrl,
    },
  });
  started.push(worker);
  return worker;
}

test('the process of a team ends by SIGTERM with both workers stopped, and the next one goes on', async () => {
  const first = await startWorker();
  const ended = await rig.createJob('100 ms');
  const open = await rig.createJob('1h');
  expect(await (await rig.follow('team', ended)).result()).toBe('complete');
  const following = await rig.follow('team', open);
  await rig.isWaiting(open);
  expect(await first.stop()).toBe(0);
  const log = first.log();
  for (const taskQueue of ['team', 'team-http'])
    expect(statesOf(log, taskQueue)).toEqual(['RUNNING', 'STOPPING', 'DRAINING', 'DRAINED', 'STOPPED']);

  await rig.emulator.controller.setJob(open, { status: 'complete' });
  const second = await startWorker();
  await rig.tracker(open).signal('pollNow');
  expect(await following.result()).toBe('complete');
  expect(await second.stop()).toBe(0);
});

// A flood of signals on a busy machine, or a machine that stands still. If the SDK interrupts code that runs promises,
// Node ends the process: https://github.com/nodejs/node/issues/38503.
test('a step of workflow code that takes longer than five seconds does not end the process', async () => {
  const worker = await startWorker();
  const { client } = rig.env;
  const took = async (rounds: number) => {
    const beganMs = performance.now();
    const options = { workflowId: `long-${rounds}`, taskQueue: 'team', args: [rounds] };
    await client.workflow.execute('takeLong', { ...options, workflowTaskTimeout: '2 minutes' });
    return performance.now() - beganMs;
  };
  let rounds = 1e8;
  const untilLong = async () => {
    while ((await took(rounds)) < 7000) rounds *= 2;
  };
  await Promise.race([untilLong(), worker.crashed]);
  expect(await worker.stop()).toBe(0);
}, 300_000);

/** What the SDK's log says that a worker has become. */
const statesOf = (log: string, taskQueue: string): string[] =>
  log
    .split('Worker state changed')
    .slice(1)
    .filter((entry) => entry.includes(`taskQueue: '${taskQueue}'`))
    .flatMap((entry) => /state: '(\w+)'/.exec(entry)?.[1] ?? []);

test('requiring the package, and making its plugin, loads no worker', async () => {
  const program = "const { PrismImportsPlugin } = require('prism-imports'); new PrismImportsPlugin();";
  const command = ['-r', join(root, 'test', 'support', 'print-modules.js'), '-e', program];
  const options = { cwd: root, env: withoutAccounts() };
  const { stderr } = await promisify(execFile)(process.execPath, command, options);
  const modules = stderr.split('\n');
  expect(modules).toContain(join(root, 'dist', 'entries', 'index.js'));
  for (const heavy of ['@temporalio/worker', '@temporalio/core-bridge', '@temporalio/testing', 'webpack'])
    expect(modules.filter((file) => file.includes(`/node_modules/${heavy}/`))).toEqual([]);
});

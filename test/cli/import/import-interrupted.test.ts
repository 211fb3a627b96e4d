import { setTimeout as delay } from 'node:timers/promises';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { startCli, startCliOnTerminal } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const ctrlC = '\u0003';
const attaching = /To follow it again:\r?\n {2}prism-imports import --attach (\S+)\r?$/m;

/** The parameters of an import of 100 rows, enough for a job, into a team of its own, under the id of the same name. */
async function importInto(team: string): Promise<string[]> {
  const rows = Array.from({ length: 100 }, (_, n) => `Org ${n},org-${n}.test\n`);
  const file = await rig.file(`${team}.csv`, `name,primary_domain\n${rows.join('')}`);
  const flags = ['--team', team, '--object-type', 'organization', '--dedupe-by', 'primary_domain'];
  return ['import', file, ...flags, '--id', team];
}
const statusOf = async (workflowId: string) =>
  (await rig.server.client.workflow.getHandle(workflowId).describe()).status.name;
const launches = (teamId: string) => rig.emulator.controller.requests({ teamId, did: 'launched' });

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'off a terminal %s detaches at once, and the line that is printed follows the import to its report',
  async (signal) => {
    const team = `held-${signal}`;
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const respond = async () => {
      await held;
      return undefined;
    };
    rig.emulator.controller.addRule({ operation: 'import', teamId: team, respond });
    const run = startCli(await importInto(team), rig.environment);
    await run.printed(/^0 of 100 rows, time left: unknown, importing/m);
    run.kill(signal);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    const [, workflowId = ''] = attaching.exec(stderr) ?? [];
    expect(stderr).not.toContain('again within');
    const again = startCli(['import', '--attach', workflowId, '--json'], rig.environment);
    await again.printed(/Following workflow \S+, which is running already/);
    release();
    const end = await again.ended;
    expect(end.code).toBe(0);
    expect((JSON.parse(end.stdout) as ImportReport).totals).toMatchObject({ rows: 100, created: 100 });
  },
);

test('on a terminal the first Ctrl-C says how to attach and how to cancel, and then detaches', async () => {
  rig.emulator.controller.addRule({ operation: 'import', teamId: 'once', job: { end: 'never' } });
  const run = startCliOnTerminal(await importInto('once'), rig.environment);
  await run.printed(/importing/);
  run.type(ctrlC);
  await run.printed(/Press Ctrl-C again within \S+ s to cancel/);
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toMatch(attaching);
  expect(stdout).toMatch(/Detached\.\s*$/);
  expect(await statusOf('once')).toBe('RUNNING');
  await rig.server.client.workflow.getHandle('once').terminate();
});

test('on a terminal a second Ctrl-C cancels the import and waits for its end', async () => {
  rig.emulator.controller.addRule({ operation: 'import', teamId: 'endless', job: { end: 'never' } });
  const run = startCliOnTerminal(await importInto('endless'), rig.environment);
  await run.printed(/importing/);
  while (launches('endless').length === 0) await delay(20);
  run.type(ctrlC);
  await run.printed(/Press Ctrl-C again/);
  run.type(ctrlC);
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Cancelled.');
  expect(await statusOf('endless')).toBe('CANCELLED');
});

test('without a worker it says so, and a third Ctrl-C does not wait for the cancelling', async () => {
  const environment = { ...rig.environment, PRISM_TASK_QUEUE: 'nobody' };
  const run = startCliOnTerminal(await importInto('no-worker'), environment);
  await run.printed(/check that a worker is running/);
  run.type(ctrlC);
  await run.printed(/Press Ctrl-C again/);
  run.type(ctrlC);
  await run.printed(/Cancelling/);
  run.type(ctrlC);
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Cancellation was requested');
});

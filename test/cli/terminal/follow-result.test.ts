import { setTimeout as delay } from 'node:timers/promises';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { ctrlC, killLeftScreens, runOnScreen, type ScreenRun } from '../support/run-on-screen';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(async () => {
  killLeftScreens();
  await rig?.close();
});

const teamId = 'team-1';

/** A job of 100 rows that does nothing by itself. */
const idleJob = () =>
  rig.emulator.controller.createJob({ teamId, total: 100, duration: 3_600_000, progress: 'zero' });

/** Lays fields over a job and has its tracker look. */
async function becomes(jobId: string, fields: Record<string, unknown>): Promise<void> {
  await rig.emulator.controller.setJob(jobId, fields);
  await rig.server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`).signal('pollNow');
}

const barRows = (run: ScreenRun) => run.rows().filter((row) => /[█░]/.test(row));

/**
 * Has the API forget a job as soon as its tracker has seen until when it was kept: time enough for a poll that was
 * asked for, which comes up to 5 s later.
 */
async function forget(jobId: string): Promise<void> {
  const { controller } = rig.emulator;
  const expires_at = new Date(Date.now() + 12_000).toISOString();
  const polls = controller.requests({ jobId }).length;
  await becomes(jobId, { expires_at });
  while (controller.requests({ jobId }).length === polls) await delay(20);
  controller.deleteJob(jobId);
}

test.each([
  ['complete', 0, { status: 'complete', processed: 100 }, /Rows: 100, succeeded 100, failed 0/],
  ['failed', 3, { status: 'failed', error: { code: 'quota', message: 'full' } }, /Error: quota: full/],
  [
    'complete with failed rows',
    4,
    { status: 'complete', processed: 100, succeeded: 90, failed: 10 },
    /failed 10/,
  ],
  ['expired', 5, null, /expired after \d+ polls/],
])('track moves its bar, and its exit code tells that the import is %s', async (_, code, fields, text) => {
  const jobId = await idleJob();
  const run = runOnScreen(['track', jobId], rig.environment);
  await run.shows(/ ░+ 0 % \|.*processing, poll \d+/);
  await becomes(jobId, { processed: 40 });
  await run.shows(/ █+░+ 40 % \| 40 of 100 rows/);
  await (fields === null ? forget(jobId) : becomes(jobId, fields));
  await run.shows(text);
  expect(await run.ended).toBe(code);
  expect(barRows(run)).toHaveLength(1);
  expect(run.state()).toEqual({ cursor: true, otherScreen: false });
});

test('a bar follows the size of the terminal and leaves nothing of its old form', async () => {
  const jobId = await idleJob();
  const run = runOnScreen(['track', jobId], rig.environment);
  await run.shows(/ ░{24} 0 % \| 0 of 100 rows \| .*processing, poll/);
  run.resize(40, 30);
  await run.shows(/^ ░{10} 0 % \| processing, poll \d+$/m);
  expect(barRows(run)).toHaveLength(1);
  await becomes(jobId, { processed: 50 });
  await run.shows(/^ █{5}░{5} 50 % \|/m);
  expect(barRows(run)).toHaveLength(1);
  run.resize(100, 30);
  await run.shows(/ █{12}░{12} 50 % \| 50 of 100 rows/);
  expect(barRows(run)).toHaveLength(1);
  run.type(ctrlC);
  expect(await run.ended).toBe(130);
  expect(barRows(run)).toHaveLength(1);
  expect(run.rows().at(-1)).toContain('run the same command again');
  expect(run.state().cursor).toBe(true);
});

test('on a terminal that cannot draw, progress comes as lines without control sequences', async () => {
  const jobId = await idleJob();
  const run = runOnScreen(['track', jobId], { ...rig.environment, TERM: 'dumb' });
  await run.shows(/^0 of 100 rows, .*processing, poll \d+$/m);
  await becomes(jobId, { status: 'complete', processed: 100 });
  expect(await run.ended).toBe(0);
  expect(run.raw()).not.toContain('\u001b');
});

/** Starts an import of two batches of 100 rows, whose jobs never end by themselves, under the id of its team. */
async function importOnScreen(team: string): Promise<ScreenRun> {
  const rows = Array.from({ length: 200 }, (_, n) => `Org ${n},org-${n}.test\n`);
  const file = await rig.file(`${team}.csv`, `name,primary_domain\n${rows.join('')}`);
  rig.emulator.controller.addRule({ operation: 'import', teamId: team, job: { end: 'never' } });
  const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--batch-size', '100'];
  return runOnScreen(['import', file, '--team', team, '--id', team, ...flags], rig.environment);
}

/** Completes the job of a batch of such an import. */
async function finishBatch(team: string, batch: number): Promise<void> {
  const { controller } = rig.emulator;
  while (controller.requests({ teamId: team, did: 'launched' }).length < 2) await delay(20);
  const tracker = rig.server.client.workflow.getHandle(`${team}/batch-000${batch}`);
  for (;;) {
    const jobId = await tracker
      .query<{ job: { job_id: string } | null }>('status')
      .then(({ job }) => job?.job_id ?? null)
      .catch(() => null);
    if (jobId !== null) {
      await controller.setJob(jobId, { status: 'complete', processed: 100 });
      return tracker.signal('pollNow');
    }
    await delay(50);
  }
}

test('import moves its bar to the end and prints the report below it', async () => {
  const run = await importOnScreen('to-the-end');
  await run.shows(/ ░+ 0 % \| 0 of 200 rows/);
  await finishBatch('to-the-end', 1);
  await run.shows(/ █+░+ 50 % \| 100 of 200 rows .* 1 of 2 imports done/);
  await finishBatch('to-the-end', 2);
  await run.shows(/200 rows = 200 \w+ in 2 imports/);
  await run.ended;
  expect(barRows(run)).toHaveLength(1);
  expect(run.state().cursor).toBe(true);
});

test('Ctrl-C detaches from an import with the line to follow it again', async () => {
  const run = await importOnScreen('left-alone');
  await run.shows(/ ░+ 0 % \| 0 of 200 rows/);
  run.type(ctrlC);
  await run.shows(/To follow it again:\n +prism-imports import --attach left-alone$/m);
  expect(await run.ended).toBe(130);
  expect(barRows(run)).toHaveLength(1);
  expect(run.state().cursor).toBe(true);
  await rig.server.client.workflow.getHandle('left-alone').terminate();
});

test('a second Ctrl-C cancels the import and waits for its end', async () => {
  const run = await importOnScreen('cancelled');
  await run.shows(/ ░+ 0 % \| 0 of 200 rows/);
  run.type(ctrlC);
  await run.shows(/Press Ctrl-C again/);
  run.type(ctrlC);
  await run.shows(/^Cancelled\./m);
  expect(await run.ended).toBe(130);
  expect((await rig.server.client.workflow.getHandle('cancelled').describe()).status.name).toBe('CANCELLED');
});

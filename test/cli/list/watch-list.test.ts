import { randomUUID } from 'node:crypto';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { ctrlC, killLeftScreens, runOnScreen } from '../support/run-on-screen';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(async () => {
  killLeftScreens();
  await rig?.close();
});

/** Starts trackers of a team's running jobs. */
async function startJobs(teamId: string, count: number): Promise<string[]> {
  const jobs = Array.from({ length: count }, () =>
    rig.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 }),
  );
  const ids = await Promise.all(jobs);
  for (const jobId of ids) await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  return ids;
}

async function finish(teamId: string, jobId: string): Promise<void> {
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`).signal('pollNow');
}

test('a watched list shows on its own screen how a row changes, and Ctrl-C gives the terminal back', async () => {
  const [first = '', second = ''] = await startJobs('watched', 2);
  const run = runOnScreen(['list', '--team', 'watched', '--watch'], rig.environment);
  await run.shows(new RegExp(`^processing .*watched +${first}$`, 'm'));
  await run.shows(new RegExp(`^processing .*watched +${second}$`, 'm'));
  expect(run.state()).toEqual({ cursor: false, otherScreen: true });
  await finish('watched', first);
  await run.shows(new RegExp(`^complete .*watched +${first}$`, 'm'));
  // In place: neither row stands there twice.
  for (const jobId of [first, second])
    expect(run.rows().filter((row) => row.includes(jobId))).toHaveLength(1);
  run.type(ctrlC);
  expect(await run.ended).toBe(130);
  expect(run.state()).toEqual({ cursor: true, otherScreen: false });
  expect(run.rows().join('').replace('^C', '')).toBe('');
});

test('a watched list follows the size of the terminal', async () => {
  const [jobId = ''] = await startJobs('resized', 1);
  const run = runOnScreen(['list', '--team', 'resized', '--watch'], rig.environment);
  await run.shows(new RegExp(`^processing .*resized +${jobId}$`, 'm'));
  run.resize(40, 12);
  await run.shows(/^processing {2}in 6 d .* +res\S+ +[0-9a-f]+…$/m);
  for (const row of run.rows()) expect(row.length).toBeLessThanOrEqual(40);
  expect(run.rows().filter((row) => row.includes('processing'))).toHaveLength(1);
  run.resize(100, 30);
  await run.shows(new RegExp(`^processing .*resized +${jobId}$`, 'm'));
  run.type(ctrlC);
  expect(await run.ended).toBe(130);
});

test.each([
  ['colours on a terminal', {}, true],
  ['no colours with NO_COLOR', { NO_COLOR: '1' }, false],
  ['no colours with TERM=dumb', { TERM: 'dumb' }, false],
])('a list has %s', async (_, variables, coloured) => {
  const teamId = `team-${randomUUID()}`;
  await startJobs(teamId, 1);
  const run = runOnScreen(['list'], { ...rig.environment, ...variables });
  await run.shows(/processing/);
  expect(await run.ended).toBe(0);
  expect(run.raw().includes('\u001b')).toBe(coloured);
});

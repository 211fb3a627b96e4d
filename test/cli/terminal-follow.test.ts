import { startCliBench, type CliBench } from './bench';
import { ctrlC, killLeftScreens, runOnScreen, type ScreenRun } from './run-on-screen';

let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(async () => {
  killLeftScreens();
  await bench?.close();
});

const teamId = 'team-1';
const { createJob, setJob } = {
  createJob: (...job: Parameters<CliBench['emulator']['controller']['createJob']>) =>
    bench.emulator.controller.createJob(...job),
  setJob: (...change: Parameters<CliBench['emulator']['controller']['setJob']>) =>
    bench.emulator.controller.setJob(...change),
};

/** Has the tracker of a job look at once. */
const pollNow = (jobId: string) =>
  bench.server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`).signal('pollNow');

const barRows = (run: ScreenRun) => run.rows().filter((row) => /[█░]/.test(row));

/** How a tracked job is made to end, and what the exit code says of it. */
test.each([
  ['complete', 0, { status: 'complete' }, /Rows: 100, succeeded 100, failed 0/],
  ['failed', 3, { status: 'failed', error: { code: 'quota', message: 'full' } }, /Error: quota: full/],
  ['with failed rows', 4, { status: 'complete', succeeded: 90, failed: 10 }, /succeeded 90, failed 10/],
])('track moves its bar, and ends with the code of an import that ends %s', async (_, code, change, text) => {
  const jobId = await createJob({ teamId, total: 100, duration: 3_600_000, progress: [] });
  const run = runOnScreen(['track', jobId], bench.environment);
  await run.shows(/ 0 % \|.*processing, poll \d+/);
  await setJob(jobId, { processed: 40 });
  await pollNow(jobId);
  await run.shows(/█+░+ 40 % \| 40 of 100 rows/);
  await setJob(jobId, { processed: 100, ...change });
  await pollNow(jobId);
  await run.shows(text);
  expect(await run.ended).toBe(code);
  expect(barRows(run)).toHaveLength(1);
  expect(run.state().cursor).toBe(true);
});

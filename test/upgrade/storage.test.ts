import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '../cli/support/run-cli';
import { organizations, readReport } from '../support/pipeline-rig';
import { until } from '../support/until';
import { allCreated, releases, startUpgradeRig, teamId, type UpgradeRig } from './support/upgrade-rig';

let rig: UpgradeRig;
beforeAll(async () => {
  rig = await startUpgradeRig();
});
afterAll(() => rig?.close());

jest.setTimeout(300_000);

/** Has everything below a folder be written forty days ago. */
async function age(folder: string): Promise<void> {
  const time = new Date(Date.now() - 40 * 86_400_000);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), time, time);
}

test.each(releases)(
  'what %s has stored is read, taken further and cleaned by this build',
  async (release) => {
    const taskQueue = `stored-${randomUUID()}`;
    const store = join(rig.files.folder, 'store');
    const { controller } = rig.emulator;
    await rig.shift(taskQueue, release);
    const results = Array.from({ length: 150 }, (_, index) => ({ input_index: index, id: `id-${index}` }));
    const job = await rig.job('job', taskQueue, { results, duration: 0 });
    const outcome = await (await rig.track(taskQueue, job, { results: 'stored' })).result();
    if (!('resultsRef' in outcome) || outcome.resultsRef === null) throw new Error('nothing was stored');
    const ended = await rig.importRows('ended', taskQueue, organizations(400, { 3: 'ragged' }));
    const report = await ended.result();
    const held = `${taskQueue}-held`;
    controller.addRule({ operation: 'import', teamId: held, job: { duration: '7d' } });
    const open = await rig.importRows('open', taskQueue, organizations(800), { teamId: held });
    await until(() => rig.launches(held) === 2);
    await rig.completeJobs(held);
    await until(() => rig.launches(held) === 4);
    await age(store);
    await rig.shift(taskQueue, 'this');

    const environment = {
      TEMPORAL_ADDRESS: rig.env.address,
      PRISM_TASK_QUEUE: taskQueue,
      PRISM_STORAGE: `file:${store}`,
      MICRO_TEAM_ID: teamId,
    };
    const run = async (...parameters: string[]) => {
      const { code, stdout, stderr } = await runCli(parameters, environment);
      return { code, stdout, stderr };
    };
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    const ofJob = await run('results', job, '--json');
    expect(lines(ofJob.stdout)).toMatchObject(results.map(({ id }, index) => ({ row: index + 1, id })));
    const ofPipeline = await run('results', ended.workflowId, '--json');
    expect(lines(ofPipeline.stdout)).toHaveLength(400);
    const failed = await run('results', ended.workflowId, '--failed');
    expect(lines(failed.stdout)).toMatchObject([{ row: 3, outcome: 'failed', error_code: 'malformed_row' }]);
    const described = await run('describe', ended.workflowId);
    expect(described).toMatchObject({ code: 0, stdout: expect.stringContaining('399') as string });

    const cleaned = await run('clean', '--older-than', '30d');
    expect(cleaned).toMatchObject({ code: 0, stderr: '' });
    for (const uri of [outcome.resultsRef.uri, report.reportUri])
      expect([uri, existsSync(fileURLToPath(uri ?? ''))]).toEqual([uri, false]);
    await until(async () => {
      await rig.completeJobs(held);
      return (await open.describe()).status.name !== 'RUNNING';
    });
    const { totals, reportUri } = await open.result();
    expect(totals).toEqual(allCreated(800));
    expect(readReport(reportUri).map(({ outcome: end }) => end)).toEqual(Array(800).fill('created'));
  },
);

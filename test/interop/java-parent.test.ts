import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import { trackerWorkflowId } from '../../src/core/ids';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { statusQuery } from '../../src/workflows/messages';
import { historyTexts, pathsOf } from '../codec/support/history-texts';
import { until } from '../support/until';
import { createImport, startRestingTracker, type SomeImport } from './support/caller-imports';
import { startCallerSite, type CallerSite } from './support/caller-site';
import { hasTakenSignals, inputOf, signalsOf, startOf, waitsOfPages } from './support/histories';
import { javaProject, type JavaProject } from './support/java';
import { cancelCallerByNexus } from './support/nexus-cancellation';

const root = join(__dirname, '..', '..');
const example = join(root, 'examples', 'java');
let site: CallerSite;
let java: JavaProject;

beforeAll(async () => {
  java = await javaProject(example);
  site = await startCallerSite();
});
afterAll(() => site?.close());

/** What the example prints in this mode. */
async function answer<T>(mode: string, options: Record<string, string>, environment = {}): Promise<T> {
  const places = { '--address': site.server.address, '--base-url': site.emulator.baseUrl };
  const parameters = Object.entries({ '--mode': mode, ...places, ...options }).flat();
  const variables = { ...withoutAccounts(), ...environment };
  return JSON.parse(await java.run('example.Main', parameters, variables)) as T;
}

const optionsOf = ({ teamId, jobId }: SomeImport) => ({ '--team': teamId, '--job': jobId });

describe('a parent in Java', () => {
  test.each([
    { title: 'awaits', mode: 'await', signalled: false, continued: false },
    { title: 'is signalled', mode: 'abandon', signalled: true, continued: false },
    { title: 'continues as new in between', mode: 'continue-as-new', signalled: true, continued: true },
  ])('$title', async ({ mode, signalled, continued }) => {
    const [teamId, workflowId] = [randomUUID(), `example-java/${randomUUID()}`];
    const end = await answer<ImportEnd>(mode, { '--team': teamId, '--workflow-id': workflowId });
    expect(end).toMatchObject({ status: 'complete', teamId, job: { total: 120, succeeded: 120, failed: 0 } });
    expect(site.emulator.controller.counts(teamId).contact).toBe(120);

    const { signals, isContinued } = await signalsOf(site, workflowId);
    expect([signals.includes('importFinished'), isContinued]).toEqual([signalled, continued]);
  });

  test('is run by the lines of its README', async () => {
    const readme = readFileSync(join(example, 'README.md'), 'utf8');
    const [, lines = ''] = /^```sh\n(.*?)^```$/ms.exec(readme) ?? [];
    const places = `--address ${site.server.address} --base-url ${site.emulator.baseUrl}`;
    const script = lines.replace('-Dexec.args="', `$&${places} `);
    const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: root, timeout: 300_000 });
    expect(stdout).toContain('"status" : "complete"');
  });

  test.each([
    { title: 'awaits a tracker', mode: 'await' },
    { title: 'waits for the signal of a tracker', mode: 'abandon' },
  ])('that $title on a queue nobody serves fails in time and names the queue', async ({ mode }) => {
    const failing = answer(mode, { '--tracker-queue': 'prism-import', '--wait': 'PT2S' });
    await expect(failing).rejects.toThrow(/sent no outcome within PT4S: .* the task queue prism-import\?/);
  });

  test('joins a tracker that runs, starts one that does not, and escapes the ids', async () => {
    const odd = await createImport(site, 3, 0, `50%/${randomUUID()}/ä b`);
    expect(await answer('join', optionsOf(odd))).toMatchObject({
      status: 'complete',
      ...odd,
      job: { total: 3 },
    });

    const slow = { teamId: odd.teamId, jobId: randomUUID() };
    await site.emulator.controller.createJob({ ...slow, total: 3, duration: 4000 });
    const running = await startOrAttachTracker(site.server.client, 'prism-imports', slow);
    expect(await answer('join', optionsOf(slow))).toMatchObject({ status: 'complete', jobId: slow.jobId });
    expect(await running.result()).toMatchObject({ tracking: { undelivered: [] } });
    const { signals } = await signalsOf(site, trackerWorkflowId(slow.teamId, slow.jobId));
    expect(signals).toContain('subscribe');
  });

  test('reads results in pages', async () => {
    const workflowId = `example-java/${randomUUID()}`;
    const options = { ...optionsOf(await createImport(site, 5000, 4000)), '--workflow-id': workflowId };
    const found = await answer<{ inline: number; pages: number; indexes: number[] }>('failed-rows', options);
    expect(found.inline).toBeGreaterThan(100);
    expect(found.inline).toBeLessThan(4000);
    expect(found.pages).toBeGreaterThan(3);
    expect(found.indexes).toEqual(Array.from({ length: 4000 }, (_, index) => index));
    expect(new Set(await waitsOfPages(site, workflowId))).toEqual(new Set([600]));
  });

  test('has the failed rows in its outcome where there are few', async () => {
    const options = optionsOf(await createImport(site, 50, 3));
    expect(await answer('failed-rows', options)).toEqual({ inline: 3, pages: 0, indexes: [0, 1, 2] });
  });

  test('reads results from S3', async () => {
    const options = optionsOf(await createImport(site, 5000, 40));
    const count = await answer('stored-rows', options, site.bucketAccess);
    expect(count).toEqual({ rows: 5000, created: 4960, failed: 40 });
  });

  test('sends typed nulls, durations and times', async () => {
    const [teamId, workflowId] = [randomUUID(), `example-java/${randomUUID()}`];
    const options = { '--team': teamId, '--workflow-id': workflowId, '--wait': 'PT1H30M' };
    expect(await answer('await', options)).toMatchObject({ status: 'complete', teamId });
    const input = await inputOf(site, `${workflowId}/import`);
    expect(input).toMatchObject({ waitTimeout: 'PT1H30M', polling: null, results: null, notify: null });
    expect(input['submittedAt']).toMatch(/^20.*\.\d{6,9}Z$/);
  });

  test('gives a tracker without a wait 9 days', async () => {
    const workflowId = `example-java/${randomUUID()}`;
    const options = { '--workflow-id': workflowId, '--wait': 'PT0S' };
    expect(await answer('abandon', options)).toMatchObject({ status: 'complete' });
    const { limitSeconds } = await startOf(site, `${workflowId}/import`);
    expect(limitSeconds).toBe(9 * 24 * 3600);
  });

  test('takes fields and statuses of later releases, and no other end for that of its import', async () => {
    const { tracker, ...followed } = await startRestingTracker(site);
    const workflowId = `example-java/${randomUUID()}`;
    const answered = answer('join', { ...optionsOf(followed), '--workflow-id': workflowId });
    const parent = site.server.client.workflow.getHandle(workflowId);
    const later = { status: 'moved', ...followed };
    await until(async () => (await signalsOf(site, tracker.workflowId)).signals.includes('subscribe'));
    await parent.signal('importFinished', { ...later, jobId: 'another' });
    await until(() => hasTakenSignals(site, workflowId));
    await parent.signal('importFinished', { ...later, since: { then: [1] } });
    expect(await answered).toEqual(later);
    await tracker.terminate();
  });

  test('calls by Nexus', async () => {
    const followed = await createImport(site, 3, 1);
    const places = { '--namespace': site.nexus.namespace, '--endpoint': site.nexus.endpoint };
    const options = optionsOf(followed);
    expect(await answer('nexus', { ...options, ...places })).toMatchObject({
      end: { status: 'complete', ...followed, job: { total: 3 } },
      phase: 'done',
      failed: { results: [{ index: 0 }], next: null },
    });
    const refused = answer('nexus', { ...options, ...places, '--team': '' });
    await expect(refused).rejects.toThrow(/InvalidInput.*teamId: saw/s);

    const cancelled = await cancelCallerByNexus(site, (long, workflowId) =>
      answer('nexus', { ...optionsOf(long), ...places, '--workflow-id': workflowId }),
    );
    expect(cancelled).toEqual({
      failure: expect.stringMatching(/cancell?ed/i) as string,
      tracker: 'RUNNING',
    });
  });

  test('uses the codec', async () => {
    const [key, queue, mark] = [`k1:${randomBytes(32).toString('base64')}`, 'encrypted', 'Marked-Secret'];
    const worker = await site.startWorker({ PRISM_ENCRYPTION_KEYS: key, PRISM_TASK_QUEUE: queue });
    try {
      const teamId = mark + randomUUID();
      const workflowId = `example-java/${randomUUID()}`;
      const options = { '--team': teamId, '--tracker-queue': queue, '--workflow-id': workflowId };
      const end = await answer('continue-as-new', options, { PRISM_ENCRYPTION_KEYS: key });
      expect(end).toMatchObject({ status: 'complete', teamId });
      const texts = await historyTexts(site.server.client);
      const ofThis = pathsOf(texts, mark).filter((path) => !path.includes('earchAttributes'));
      expect(ofThis).toEqual([]);
    } finally {
      await worker.stop();
    }
  });

  test('uses a codec for all but the tracker, whose worker has none', async () => {
    const [mark, queue] = [`Marked-Secret-${randomUUID()}`, 'in-clear'];
    const workflowId = `example-java/${randomUUID()}`;
    const options = { '--team': mark, '--workflow-id': workflowId, '--trackers': 'plain' };
    const key = { PRISM_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` };
    expect(await answer('abandon', options, key)).toMatchObject({ status: 'complete', teamId: mark });
    expect((await startOf(site, workflowId)).encoding).toBe('binary/encrypted');
    expect((await startOf(site, `${workflowId}/import`)).encoding).toBe('json/plain');

    const worker = await site.startWorker({ PRISM_TASK_QUEUE: queue });
    try {
      const rows = { ...optionsOf(await createImport(site, 5000, 4000)), '--trackers': 'plain' };
      const found = await answer<{ indexes: number[] }>(
        'failed-rows',
        { ...rows, '--tracker-queue': queue },
        key,
      );
      expect(found.indexes).toHaveLength(4000);
    } finally {
      await worker.stop();
    }
  });
});

describe('a program in Java', () => {
  test('queries', async () => {
    const { tracker, ...found } = await startRestingTracker(site);
    const state = await answer('status', optionsOf(found));
    expect(state).toMatchObject({ phase: 'waiting', job: null, polls: 0, problem: null });
    await tracker.terminate();
  });

  test('updates', async () => {
    const { tracker, ...found } = await startRestingTracker(site);
    expect(await answer('set-polling', optionsOf(found))).toMatchObject({ phase: 'waiting', problem: null });
    await until(async () => (await tracker.query(statusQuery)).job !== null);
    const job = { job_id: found.jobId, status: 'processing', total: 1000 };
    expect(await answer('status', optionsOf(found))).toMatchObject({ job });
    await tracker.terminate();
  });
});

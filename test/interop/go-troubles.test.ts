import { randomUUID } from 'node:crypto';
import { trackerWorkflowId } from '../../src/core/ids';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import { startGoCaller, type GoCaller } from './support/go-caller';
import { signalsOf } from './support/histories';

let caller: GoCaller;
beforeAll(async () => {
  caller = await startGoCaller();
});
afterAll(() => caller?.close());

describe('a parent in Go', () => {
  test.each([
    { title: 'awaits a tracker', mode: 'await' },
    { title: 'waits for the signal of a tracker', mode: 'abandon' },
    { title: 'continues as new and waits for a tracker', mode: 'continue-as-new' },
    { title: 'joins a tracker', mode: 'join' },
  ])('that $title on a queue nobody serves fails in time and names the queue', async ({ mode }) => {
    const { team, job } = await caller.createImport(1, 0);
    const limits = { wait: '2s', grace: '2s', 'tracker-queue': 'prism-import' };
    await expect(caller.answer(mode, { team, job, ...limits })).rejects.toThrow(
      `import ${job} has not ended within 4s: does a worker serve the task queue "prism-import"?`,
    );
  });

  test('is answered in time by a tracker that stops waiting', async () => {
    const [team, job] = [randomUUID(), randomUUID()];
    await caller.site.emulator.controller.createJob({
      teamId: team,
      jobId: job,
      total: 3,
      duration: 3_600_000,
    });
    const end = await caller.answer('await', { team, job, wait: '1s' });
    expect(end).toMatchObject({ status: 'timed_out', jobId: job, lastSeen: { total: 3 }, problem: null });
  });

  test('reads how an import ended that failed, that expired, and that was refused', async () => {
    const [team, failed, refused] = [randomUUID(), randomUUID(), randomUUID()];
    const error = { code: 'import_worker_failed', message: 'The import could not be finished' };
    await caller.site.emulator.controller.createJob({ teamId: team, jobId: failed, total: 5, duration: 0 });
    await caller.site.emulator.controller.setJob(failed, { status: 'failed', error });
    expect(await caller.answer('abandon', { team, job: failed })).toMatchObject({
      status: 'failed',
      job: { error },
    });
    expect(await caller.answer('abandon', { team, job: 'never-made' })).toMatchObject({
      status: 'expired',
      evidence: 'never_seen',
      lastSeen: null,
    });
    caller.site.emulator.controller.addRule({
      operation: 'status',
      path: refused,
      respond: { status: 401, body: {} },
    });
    expect(await caller.answer('abandon', { team, job: refused })).toMatchObject({
      status: 'error',
      tracking: null,
      failure: { type: 'PrismUnauthorized' },
    });
    await expect(caller.answer('await', { team, job: refused })).rejects.toThrow('type: PrismUnauthorized');
  });

  test('keeps the ends of other imports, which come in any order', async () => {
    const team = randomUUID();
    const jobs = [5000, 0, 2500].map((duration) => ({ duration, jobId: randomUUID() }));
    for (const job of jobs)
      await caller.site.emulator.controller.createJob({ ...job, teamId: team, total: 3 });
    const ids = jobs.map(({ jobId }) => jobId);
    const limits = { wait: '30s', grace: '10s' };
    const ends = await caller.answer<ImportEnd[]>('several', { team, job: ids.join(), ...limits });
    expect(ends.map(({ status, jobId }) => ({ status, jobId }))).toEqual(
      ids.map((jobId) => ({ status: 'complete', jobId })),
    );
  });

  test('takes no other end for that of its import, also when that comes before it continues as new', async () => {
    const { team, job } = await caller.createImport(3, 0);
    const workflowId = `example-go/${randomUUID()}`;
    // The program finds its workflow begun, with the signal before the first task.
    await caller.site.server.client.workflow.signalWithStart('ContinueAsNewDuringImport', {
      workflowId,
      taskQueue: `example-pipeline-go/${workflowId}`,
      args: [{ TeamID: team, JobID: job, WaitTimeout: '1m', Tracker: {} }, null],
      signal: 'importFinished',
      signalArgs: [{ status: 'expired', teamId: team, jobId: 'another' }],
    });
    const end = await caller.answer('continue-as-new', { team, job, 'workflow-id': workflowId });
    expect(end).toMatchObject({ status: 'complete', jobId: job });
  });

  test('fails where it needs results and the import ends without', async () => {
    const lost = caller.answer('failed-rows', { team: randomUUID(), job: 'never-made' });
    await expect(lost).rejects.toThrow('the import is expired');
  });

  test('joins the one tracker of an import, with others at once, and escapes the ids', async () => {
    const [team, job] = [`50%/${randomUUID()}/a b`, `${randomUUID()}/%`];
    await caller.site.emulator.controller.createJob({ teamId: team, jobId: job, total: 3, duration: 4000 });
    const parents = [1, 2, 3].map(() => caller.answer<ImportEnd>('join', { team, job }));
    for (const parent of parents)
      expect(await parent).toMatchObject({ status: 'complete', teamId: team, jobId: job, job: { total: 3 } });
    const handle = caller.site.server.client.workflow.getHandle(trackerWorkflowId(team, job));
    expect(await handle.result()).toMatchObject({ tracking: { undelivered: [] } });
    const { signals } = await signalsOf(caller.site, handle.workflowId);
    expect(signals).toEqual(['subscribe', 'subscribe', 'subscribe']);
    // Too late to join: another tracker sees at once that it is over.
    expect(await caller.answer('join', { team, job })).toMatchObject({ status: 'complete', jobId: job });
  });

  test('starts a child or calls by Nexus for ids that are not ASCII, which a client in Go cannot address', async () => {
    const [team, job] = ['Zürich', `ä/${randomUUID()}`];
    await caller.site.emulator.controller.createJob({ teamId: team, jobId: job, total: 3, duration: 500 });
    expect(await caller.answer('await', { team, job })).toMatchObject({
      status: 'complete',
      teamId: team,
      jobId: job,
    });
    expect(await caller.answer('nexus', { team, job, ...caller.site.nexus })).toMatchObject({
      End: { status: 'complete', teamId: team, jobId: job },
    });
    await expect(caller.answer('status', { team, job })).rejects.toThrow('non-printable ASCII characters');
  });
});

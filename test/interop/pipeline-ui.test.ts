import { trackerWorkflowId } from '../../src/core/ids';
import { maxSummaryBytes } from '../../src/core/details/summaries';
import { freePort } from '../../src/dev/free-port';
import type { PrismEmulator } from 'prism-emulator';
import { pipelineProgress, startPipeline } from '../../src/temporal/pipelines';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { statusQuery } from '../../src/workflows/messages';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { startSite, team, type Scenario } from './support/scenario';
import { openUi, type Ui } from './support/ui-pages';

const complete = 'companies-of-may';
const running = 'companies-of-june';
const files = new TemporaryFiles();
const storage = new TemporaryFiles();

let site: Scenario;
let ui: Ui;

beforeAll(async () => {
  const uiPort = await freePort();
  const environment = {
    PRISM_STORAGE: `file:${storage.folder}`,
    PRISM_SOURCES: `file:${files.folder}`,
  };
  site = await startSite({ ui: true, uiPort }, environment, begin);
  ui = await openUi(uiPort);
});

afterAll(async () => {
  await ui?.close();
  await site?.close();
  files.remove();
  storage.remove();
});

/** A pipeline that is done, one that waits for its imports, and a tracker that the API keeps waiting. */
async function begin({ server: { client }, emulator }: Pick<Scenario, 'server' | 'emulator'>): Promise<void> {
  const start = (workflowId: string, rows: number) => {
    const input = {
      teamId: team,
      objectType: 'organization' as const,
      source: { uri: files.write(`${workflowId}.csv`, companies(rows)), format: 'csv' as const },
    };
    return startPipeline(client, 'prism-imports', input, workflowId);
  };
  const quick = emulator.controller.addRule({
    path: '/import$',
    job: { duration: 0, rows: [{ positions: [7] }] },
  });
  await (await start(complete, 2500)).result();
  quick.remove();
  slowDown(emulator);
  await start(running, 8000);
  await until(async () => {
    const { batches } = await pipelineProgress(client, running);
    return batches.finished === 2 && batches.started === 6;
  });
  await until(() => Promise.resolve(emulator.controller.requests({ status: 429 }).length === 1));
  await makeProblem(client, emulator);
}

const companies = (rows: number) =>
  ['name,primary_domain', ...Array.from({ length: rows }, (_, n) => `Company ${n},c${n}.example`), ''].join(
    '\n',
  );

/**
 * Of the imports to come the first two are done soon, the next three take long, and the one after that the API puts off
 * for an hour.
 */
function slowDown({ controller }: PrismEmulator): void {
  const path = '/import$';
  controller.addRule({ path, times: 2, job: { duration: '1s' } });
  controller.addRule({ path, times: 3, job: { duration: '10h' } });
  controller.addRule({ path, respond: { status: 429, headers: { 'retry-after': '240' } } });
}

async function makeProblem(
  client: Scenario['server']['client'],
  { controller }: PrismEmulator,
): Promise<void> {
  const jobId = await controller.createJob({ teamId: team, jobId: 'imp-7', duration: '1h', total: 1000 });
  await controller.setJob(jobId, { processed: 250, succeeded: 250, failed: 0 });
  const tracker = await startOrAttachTracker(client, 'prism-imports', { teamId: team, jobId });
  await until(async () => (await tracker.query(statusQuery)).job !== null);
  controller.addRule({
    path: '/imp-7$',
    respond: {
      status: 429,
      headers: { 'retry-after': '3600' },
      body: { error: { code: 'rate_limited', message: 'Too many requests this month' } },
    },
  });
  await tracker.signal('pollNow');
  await until(async () => (await tracker.query(statusQuery)).problem !== null);
}

test('the details of a running pipeline show how far it is, how fast, and what each batch is at', async () => {
  const { summary, currentDetails } = await ui.metadata(running);
  await summary.getByText('Import of organization records').waitFor();
  for (const text of [
    'Importing',
    '25 %',
    '2,000 of 8,000: 2,000 created',
    '2 of 8 finished, 4 in flight, 2 to come',
    'rows/s, over all batches',
    'waiting for its tracker',
    'PrismRateLimited',
    'Finished last',
    '1,000 created',
  ])
    await currentDetails.getByText(text).first().waitFor();
  await ui.screenshot('pipeline-running', 1120);
});

test('the details of a pipeline that is done say what became of the rows, and where the report is', async () => {
  const { currentDetails } = await ui.metadata(complete);
  for (const text of [
    'Done, but 3 rows failed',
    '100 %',
    'correct the failed rows',
    'Failed rows',
    'report.csv',
  ])
    await currentDetails.getByText(text).first().waitFor();
  await ui.screenshot('pipeline-complete');
});

test('the history of a pipeline tells its story from the reading of the file to the report', async () => {
  await ui.open(complete);
  for (const text of [
    'planImport • Read the source and cut it into batches of 1,000 rows',
    'startImport • Start batch 1 of 3',
    /^Batch 0001: longest wait for the tracker of/,
    'settleBatch • Settle the rows of batch 1 (complete)',
    'writeReport • Write the report on 2,500 rows in 3 batches',
  ])
    await ui.page.getByText(text).first().waitFor();
  await ui.page.getByText('Descending', { exact: true }).click();
  await ui.screenshot('pipeline-timeline', 1300);
});

test('the details of a tracker with a problem say what it is and what to do', async () => {
  const { currentDetails } = await ui.metadata(trackerWorkflowId(team, 'imp-7'));
  for (const text of [
    'Problem: rate_limited',
    'Too many requests this month',
    'What to do: Nothing yet',
    'the API asked to wait',
  ])
    await currentDetails.getByText(text).first().waitFor();
  await ui.screenshot('problem');
});

test('a cancelled pipeline says so, and that imports go on', async () => {
  const handle = site.server.client.workflow.getHandle(running);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow('cancelled');
  const { currentDetails } = await ui.metadata(running);
  for (const text of ['Cancelled', 'Imports that were started continue'])
    await currentDetails.getByText(text).first().waitFor();
});

test.each([complete, running, trackerWorkflowId(team, 'imp-7')])(
  'every timer, activity and child workflow in the history of %s has a summary, within the limit of the server',
  async (workflowId) => {
    const { events } = await site.server.client.workflow.getHandle(workflowId).fetchHistory();
    const finished = (events ?? []).filter(
      (event) =>
        event.timerStartedEventAttributes ??
        event.activityTaskScheduledEventAttributes ??
        event.startChildWorkflowExecutionInitiatedEventAttributes,
    );
    expect(finished.length).toBeGreaterThan(3);
    for (const { userMetadata } of finished) {
      const bytes = userMetadata?.summary?.data?.length ?? 0;
      expect(bytes).toBeGreaterThan(5);
      expect(bytes).toBeLessThanOrEqual(maxSummaryBytes);
    }
  },
);

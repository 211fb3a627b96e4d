import { parsePolling } from '../../src/core/tracker/polling';
import { trackerDetails } from '../../src/core/details/tracker-details';
import { freePort } from '../../src/dev/free-port';
import { startMs, stateOf } from '../core/support/tracker-state';
import { imports, startScenario, trackerOf, type Scenario } from './support/scenario';
import { openUi, type Ui } from './support/ui-pages';

let scenario: Scenario;
let ui: Ui;

beforeAll(async () => {
  const uiPort = await freePort();
  scenario = await startScenario({ ui: true, uiPort });
  ui = await openUi(uiPort);
});

afterAll(async () => {
  await ui?.close();
  await scenario?.close();
});

test('the list shows how each import stands, in columns of its search attributes', async () => {
  const { page, workflows } = ui;
  await page.goto(workflows);
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const column of ['Run ID', 'Type', 'Start', 'End']) {
    await page.getByTestId(`orderable-list-item-${column}-remove-button`).click();
  }
  for (const column of ['PrismImportStatus', 'PrismTeamId', 'PrismJobId', 'PrismExpiresAt', 'PrismProblem']) {
    await page.getByTestId(`orderable-list-item-${column}-add-button`).click();
  }
  await page.getByTestId('drawer-close-button').click();
  const row = (jobId: string) => page.getByRole('row').filter({ hasText: jobId });
  await row(imports.complete).getByText('complete', { exact: true }).waitFor();
  await row(imports.running).getByText('processing', { exact: true }).waitFor();
  await row(imports.failed).getByText('failed', { exact: true }).waitFor();
  await row(imports.expired).getByText('expired', { exact: true }).waitFor();
  await ui.screenshot('list');
});

test.each([
  {
    state: 'running',
    texts: [
      'Processing',
      '40 %',
      '400 of 1,000: 398 succeeded, 2 failed',
      'rows/s',
      'Next poll',
      '(the shortest wait, initialInterval)',
    ],
  },
  { state: 'complete', texts: ['Complete, but 1 row failed', '100 %', 'Read the results'] },
  {
    state: 'failed',
    texts: ['Failed, as reported by the API', 'import_worker_failed', 'What to do: Read the error'],
  },
  { state: 'expired', texts: ['Expired: the API does not know', 'Check the team id and the job id'] },
] as const)('the details of a tracker of a $state import say how it stands', async ({ state, texts }) => {
  const { summary, currentDetails } = await ui.metadata(trackerOf(state));
  await summary.getByText(`Prism import ${imports[state]} of team acme`).waitFor();
  for (const text of texts) await currentDetails.getByText(text).first().waitFor();
  await ui.screenshot(state);
});

test('the timeline says what each wait and each request is for', async () => {
  await ui.open(trackerOf('running'));
  for (const text of [
    'getImportStatus • Poll 1 (requested by pollNow)',
    /^5\d min.* until poll 1 \(first poll\)$/,
    /^1 h until poll 2 \(the shortest wait, initialInterval\): 400 of 1,000 rows$/,
  ])
    await ui.page.getByText(text).first().waitFor();
  await ui.screenshot('timeline');
});

test('what the API says is shown as it is: it cannot add anything to the page', async () => {
  const message =
    '<a href="http://x.example">a</a> ` | ![i](http://x.example/i.png) [l](http://x.example) $$x$$\n\n# h';
  const problem = { code: 'unavailable', message, since: '2026-03-01T12:00:00.000Z' } as const;
  const details = trackerDetails({
    ids: { teamId: message, jobId: message },
    state: stateOf({ problem, job: { status: message } }),
    polling: parsePolling({}),
    phase: 'waiting',
    end: null,
    undelivered: 0,
    nowMs: startMs,
  });
  await ui.page.goto(`${ui.origin}/render?content=${encodeURIComponent(details)}&theme=light`);
  await ui.page.getByText('<a href="http://x.example">').first().waitFor();
  expect(await ui.page.locator('main :is(a, img, h1, h2, h3, script)').count()).toBe(0);
  expect(await ui.page.locator('main tr').count()).toBe(
    details.split('\n').filter((line) => line.startsWith('| ')).length - 1,
  );
});

test('the result of a failed import shows the error that the API reported', async () => {
  await ui.open(trackerOf('failed'));
  await ui.page.getByText('import_worker_failed').first().waitFor();
  await ui.screenshot('failed-result');
});

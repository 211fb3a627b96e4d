import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, type Browser } from './support/chromium';
import { imports, startScenario, trackerOf, type Scenario } from './support/scenario';

/** Written only when asked to (`scripts/write-docs.mjs`); what is on them is tested always. */
const images = process.env['PRISM_WRITE_DOCS'] === '1' ? join(__dirname, '..', '..', 'docs', 'images') : null;

let scenario: Scenario;
let browser: Browser;
let page: Page;
let workflows: string;

beforeAll(async () => {
  if (images !== null) mkdirSync(images, { recursive: true });
  const uiPort = await freePort();
  workflows = `http://127.0.0.1:${uiPort}/namespaces/default/workflows`;
  scenario = await startScenario({ ui: true, uiPort });
  browser = await openBrowser();
  page = await browser.context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await scenario?.close();
});

test('the list shows how each import stands, in columns of its search attributes', async () => {
  await page.goto(workflows);
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const column of ['Run ID', 'Type', 'End']) {
    await page.getByTestId(`orderable-list-item-${column}-remove-button`).click();
  }
  for (const column of ['PrismImportStatus', 'PrismTeamId', 'PrismJobId', 'PrismExpiresAt']) {
    await page.getByTestId(`orderable-list-item-${column}-add-button`).click();
  }
  await page.getByTestId('drawer-close-button').click();
  const row = (jobId: string) => page.getByRole('row').filter({ hasText: jobId });
  await row(imports.complete).getByText('complete', { exact: true }).waitFor();
  await row(imports.running).getByText('processing', { exact: true }).waitFor();
  await row(imports.failed).getByText('failed', { exact: true }).waitFor();
  await row(imports.expired).getByText('expired', { exact: true }).waitFor();
  await screenshot('list');
});

test.each([
  {
    state: 'running',
    texts: ['processing, waiting for the next poll', '40 %, 400 of 1000 rows', 'Next poll'],
  },
  { state: 'complete', texts: ['complete, done', '100 %, 5 of 5 rows'] },
  { state: 'failed', texts: ['failed, done', '40 of 250 rows'] },
  { state: 'expired', texts: ['expired, done', 'not reported'] },
] as const)('the details of a tracker of a $state import say how it stands', async ({ state, texts }) => {
  await openTracker(state);
  await page.locator('a', { hasText: 'User Metadata' }).click();
  const [summary, currentDetails] = [page.frameLocator('iframe').first(), page.frameLocator('iframe').nth(2)];
  await summary.getByText(`Prism import ${imports[state]} of team acme`).waitFor();
  for (const text of texts) await currentDetails.getByText(text).first().waitFor();
  await screenshot(state);
});

test('the timeline says what each wait and each request is for', async () => {
  await openTracker('running');
  await page.getByText('getImportStatus • Poll 1 (asked for)').first().waitFor();
  await page
    .getByText(/^1 h until poll 1 \(first look\)$/)
    .first()
    .waitFor();
  await page
    .getByText(/^\d+ min.* until poll 2 \(backoff\)$/)
    .first()
    .waitFor();
  await screenshot('timeline');
});

test('the result of a failed import shows the error that the API reported', async () => {
  await openTracker('failed');
  await page.getByText('import_worker_failed').first().waitFor();
  await screenshot('failed-result');
});

const openTracker = (state: keyof typeof imports) =>
  page.goto(`${workflows}/${encodeURIComponent(trackerOf(state))}`);

async function screenshot(name: string): Promise<void> {
  if (images === null) return;
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled' });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

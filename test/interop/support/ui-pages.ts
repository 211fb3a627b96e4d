import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { openBrowser } from './chromium';

/**
 * Where screenshots go; they are written only when asked to (`scripts/write-docs.mjs`), what is on them is tested
 * always.
 */
const images =
  process.env['PRISM_WRITE_DOCS'] === '1' ? join(__dirname, '..', '..', '..', 'docs', 'images') : null;

/** The Temporal UI in a browser. */
export interface Ui {
  page: Page;
  /** Address of the list of workflows. */
  workflows: string;
  /** Address of the server of the UI. */
  origin: string;
  /** Opens a workflow's page, which shows its history. */
  open: (workflowId: string) => Promise<unknown>;
  /** Opens the tab of a workflow with its summary and details; gives the frames that hold these. */
  metadata: (workflowId: string) => Promise<{ summary: FrameLocator; currentDetails: FrameLocator }>;
  /** Takes a picture for the documentation, 1440 pixels wide and 900 high when nothing else is said. */
  screenshot: (name: string, height?: number) => Promise<void>;
  close: () => Promise<void>;
}

/** Opens a browser on the UI that listens on a port. */
export async function openUi(port: number): Promise<Ui> {
  const browser = await openBrowser();
  const page = await browser.context.newPage();
  const origin = `http://127.0.0.1:${port}`;
  const workflows = `${origin}/namespaces/default/workflows`;
  const open = (workflowId: string) => page.goto(`${workflows}/${encodeURIComponent(workflowId)}`);
  return {
    page,
    workflows,
    origin,
    open,
    async metadata(workflowId) {
      await open(workflowId);
      await page.locator('a', { hasText: 'User Metadata' }).click();
      // The last of three; UI 2.42 has the background's theme in none of the others, UI 2.54 in all.
      const currentDetails = page.locator('iframe[src*="overrideTheme=background"]').last().contentFrame();
      await currentDetails.getByText('As of').waitFor();
      return { summary: page.frameLocator('iframe').first(), currentDetails };
    },
    async screenshot(name, height = 900) {
      if (images === null) return;
      await page.setViewportSize({ width: 1440, height });
      mkdirSync(images, { recursive: true });
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled' });
      await page.setViewportSize({ width: 1440, height: 900 });
    },
    close: () => browser.close(),
  };
}

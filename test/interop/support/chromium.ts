import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { aptGet, hasAptGet } from './apt-get';
import { announce, findOnPath, isThere } from './tools-folder';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPrograms = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

// The sandbox needs rights that root in a container lacks; the rest keeps the browser from talking to anyone but the
// page.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser window with a profile of its own. */
export interface Browser {
  context: BrowserContext;
  close: () => Promise<void>;
}

/** Opens a headless Chromium with an empty profile, 1440 by 900. Close it, which also removes the profile. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await chromiumExecutable();
  const profile = await mkdtemp(join(tmpdir(), 'prism-imports-browser-'));
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: flags,
      headless: true,
      viewport: { width: 1440, height: 900 },
      timezoneId: 'UTC',
    });
    return {
      context,
      close: async () => {
        await context.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Path of Chromium or Chrome: `PRISM_CHROMIUM`, else on PATH, else where macOS keeps it, else installed by `apt-get`
 * when this user may. Rejects with what was tried and what to install.
 */
export async function chromiumExecutable(): Promise<string> {
  const given = process.env['PRISM_CHROMIUM'];
  if (given !== undefined && given !== '') return given;
  const found = await findInstalled();
  if (found !== null) return found;
  await installChromium();
  const installed = await findInstalled();
  if (installed === null) throw new Error(`apt-get installed chromium, but it is not on PATH. ${advice}`);
  return installed;
}

const advice = 'Install Chromium or Chrome, or set PRISM_CHROMIUM to its path.';

async function findInstalled(): Promise<string | null> {
  const onPath = await findOnPath(programs);
  if (onPath !== null || process.platform !== 'darwin') return onPath;
  for (const path of macPrograms) if (await isThere(path)) return path;
  return null;
}

async function installChromium(): Promise<void> {
  if (!(await hasAptGet())) {
    throw new Error(`Looked for ${programs.join(', ')} on PATH; there is none, nor apt-get. ${advice}`);
  }
  announce("Installing Debian's chromium with apt-get (300 MB, 1 to 2 minutes), once …");
  await aptGet(['update'], advice);
  await aptGet(['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], advice);
}

import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const abandonedAfterMs = 86_400_000;

/**
 * Fills a folder of the cache: `fill` works in a new sibling folder that takes the final name only when it is whole. So
 * an interrupted run leaves nothing that looks finished, and of two runs at the same time the first one's folder stays.
 * Rejects with what `fill` rejects with.
 */
export async function fillCacheFolder(
  folder: string,
  fill: (workingFolder: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const working = await mkdtemp(`${folder}.partial-`);
  try {
    await fill(working);
    await rename(working, folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  } finally {
    await rm(working, { recursive: true, force: true });
  }
}

/** Removes what runs that were killed left behind; a run in progress is younger. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.partial-`)) continue;
    const path = join(parent, name);
    const changed = await stat(path).catch(() => null);
    if (changed !== null && Date.now() - changed.mtimeMs > abandonedAfterMs) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

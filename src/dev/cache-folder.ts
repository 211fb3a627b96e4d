import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const abandonedAfterMs = 86_400_000;

/**
 * Fills a folder of the cache. `fill` works in a new sibling folder, which is renamed once it is complete. So an
 * interrupted run leaves nothing that looks complete, and if two runs compete, the first one's folder stays. Rejects as
 * `fill` does.
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

/** Removes the remains of killed runs; the folder of a current run is newer. */
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

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, realpath, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureBlocks, type MeasuredBlocks } from './measured-blocks';
import { assertSafeName, isSafeName } from './names';
import { fileRefusal } from './refusals';
import { storageError } from './storage-error';
import { StorageError } from '../ports/storage-error';
import { parseFileUri } from '../ports/object-uri';
import type { ListedObject, ObjectStore } from '../ports/object-store';

/**
 * Creates a store in a local directory, which is created on the first write. Only processes of this host see it. Files
 * are private to the owner (0600, folders 0700), and appear atomically: written next to their place, flushed to the
 * disk, then renamed. Throws StorageError.
 */
export function createFileStore(directory: string): ObjectStore {
  const root = resolve(directory);
  return {
    local: true,
    async write(name, chunks) {
      assertSafeName(name);
      const path = join(root, name);
      const measured = measureBlocks(chunks);
      try {
        await replaceFile(path, measured.blocks);
      } catch (error) {
        throw measured.failure(`writing ${path}`, error);
      }
      return { uri: pathToFileURL(path).href, ...measured.measure() };
    },
    async read(uri, range) {
      try {
        return readFile(await locate(root, uri), range);
      } catch (error) {
        throw storageError(`reading ${uri}`, error, fileRefusal(error));
      }
    },
    below: (folder) => createFileStore(join(root, folder)),
    async *list(folder) {
      assertSafeName(folder);
      try {
        yield* filesBelow(root, folder);
      } catch (error) {
        throw storageError(`listing ${join(root, folder)}`, error, fileRefusal(error));
      }
    },
    async remove(uri) {
      try {
        const path = await locate(root, uri);
        await rm(path);
        await removeEmpty(root, dirname(path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storageError(`removing ${uri}`, error);
      }
    },
  };
}

async function replaceFile(path: string, blocks: MeasuredBlocks['blocks']): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await openDraft(draft);
    try {
      for await (const block of blocks) await file.writeFile(block);
      await file.sync();
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    await file.close();
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // What cannot be removed from a read-only disk is left to `cleanStorage`. The first error says what is wrong.
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Opens a new file in a folder created for it, even if the folder, while empty, is removed meanwhile. */
async function openDraft(draft: string): Promise<FileHandle> {
  for (let tries = 1; ; tries += 1) {
    try {
      await makeFolder(dirname(draft));
      return await open(draft, 'wx', 0o600);
    } catch (error) {
      if (tries >= maxTries || !isNotThere(error)) throw error;
    }
  }
}

const maxTries = 3;

/**
 * Creates a folder and its parents. Node's recursive `mkdir` would report that the folder does not exist where the disk
 * is full or read-only.
 */
async function makeFolder(path: string): Promise<void> {
  const error = await makeOneFolder(path);
  if (error === null) return;
  const parent = dirname(path);
  if (!isNotThere(error) || parent === path) throw error;
  await makeFolder(parent);
  const again = await makeOneFolder(path);
  if (again !== null) throw again;
}

/** Creates a folder whose parent exists. Returns the error, or null if the folder exists now. */
async function makeOneFolder(path: string): Promise<Error | null> {
  try {
    await mkdir(path, { mode: 0o700 });
    return null;
  } catch (error) {
    const found = await stat(path).catch(() => null);
    return found?.isDirectory() === true ? null : (error as Error);
  }
}

const isNotThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** All files below a folder, without following links. Skips files that disappear meanwhile. */
async function* filesBelow(root: string, folder: string): AsyncGenerator<ListedObject> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isNotThere(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, name);
    if (!entry.isFile() || !isSafeName(name)) continue;
    const path = join(root, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    yield { name, uri: pathToFileURL(path).href, bytes: found.size, writtenAtMs: found.mtimeMs };
  }
}

/** Removes a folder of the store and its parents, as far as they are empty. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let path = folder; isSafeName(relative(root, path).split(sep).join('/')); path = dirname(path)) {
    const isEmpty = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}

/** Makes the renaming itself durable. Windows cannot open a folder, and does not need this. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The path of a file in the store, with links resolved, since one in the store may point outside. */
async function locate(root: string, uri: string): Promise<string> {
  const path = parseFileUri(uri);
  if (path === null || !isBelow(root, path) || !isBelow(await realpath(root), await realpath(path))) {
    const message = `reading ${uri}: not a file of the store ${pathToFileURL(root).href}`;
    throw new StorageError(message, { outside: true });
  }
  if (!(await stat(path)).isFile()) throw new StorageError(`reading ${uri}: not a file`, { missing: true });
  return path;
}

function isBelow(root: string, path: string): boolean {
  return isSafeName(relative(root, path).split(sep).join('/'));
}

async function* readFile(path: string, range: { start: number; end: number } | undefined) {
  if (range !== undefined && range.start >= range.end) return;
  try {
    const file = await open(path, 'r');
    const bounds = range === undefined ? {} : { start: range.start, end: range.end - 1 };
    for await (const chunk of file.createReadStream(bounds)) yield chunk as Uint8Array;
  } catch (error) {
    throw storageError(`reading ${path}`, error);
  }
}

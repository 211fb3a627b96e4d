import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { SourceError } from '../ports/source-error';
import type { SourceFile } from '../ports/source-opener';
import { sourceFailure } from './source-failure';
import { parseFileUri, type ObjectPlace } from '../ports/object-uri';
import { isSameFile, outside, realPathInside } from './source-walls';

const accepted = 'the file:/// URI of a readable, non-empty file';

/** Opens a `file:///` URI inside one of the places. Null allows any place. */
export async function openFileSource(
  uri: string,
  places: readonly ObjectPlace[] | null,
): Promise<SourceFile> {
  const { path, file, found } = await openFile(uri, places);
  return {
    size: found.size,
    read: (start, end) => readRange(file, start, end),
    isUnchanged: () => isStill(path, found),
    close: () => file.close(),
  };
}

/** Opening does not wait for a writer, so that a named pipe in place of a file cannot block. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

async function openFile(
  uri: string,
  places: readonly ObjectPlace[] | null,
): Promise<{ path: string; file: FileHandle; found: Stats }> {
  try {
    const named = parseFileUri(uri) ?? '';
    const path = places === null ? named : await realPathInside(uri, named, places);
    requireFile(uri, await stat(path)); // before opening, since opening a device may have effects
    const file = await open(path, places === null ? flags : flags | constants.O_NOFOLLOW);
    try {
      const found = await file.stat();
      if (places !== null && !(await isSameFile(path, found))) throw outside(uri);
      requireFile(uri, found);
      return { path, file, found };
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    throw sourceFailure(uri, error, accepted);
  }
}

function requireFile(uri: string, found: Stats): void {
  const seen = found.isDirectory()
    ? 'a directory'
    : !found.isFile()
      ? 'not a regular file'
      : found.size === 0
        ? 'an empty file'
        : null;
  if (seen !== null) throw new SourceError('source.uri', `${uri} (${seen})`, accepted);
}

async function isStill(path: string, before: Stats): Promise<boolean> {
  const now = await stat(path).catch(() => null);
  return now !== null && now.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs;
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

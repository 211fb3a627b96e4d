import type { Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { SourceError } from '../ports/source-error';
import type { SourceFile } from '../ports/source-opener';
import { sourceFailure } from './source-failure';
import { parseFileUri } from '../ports/object-uri';

const accepted = 'the file:/// URI of a readable, non-empty file';

/** Opens a `file:///` URI. */
export async function openFileSource(uri: string): Promise<SourceFile> {
  const path = parseFileUri(uri) ?? '';
  const { file, found } = await openFile(uri, path);
  return {
    size: found.size,
    read: (start, end) => readRange(file, start, end),
    isUnchanged: () => isStill(path, found),
    close: () => file.close(),
  };
}

async function openFile(uri: string, path: string): Promise<{ file: FileHandle; found: Stats }> {
  try {
    // Asked before opening: opening a named pipe would wait for its writer.
    const before = await stat(path);
    const seen = before.isDirectory()
      ? 'a directory'
      : !before.isFile()
        ? 'not a regular file'
        : before.size === 0
          ? 'an empty file'
          : null;
    if (seen !== null) throw new SourceError('source.uri', `${uri} (${seen})`, accepted);
    const file = await open(path, 'r');
    return { file, found: await file.stat() };
  } catch (error) {
    throw sourceFailure(uri, error, accepted);
  }
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

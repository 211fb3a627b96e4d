import type { Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SourceError } from '../../ports/source-error';
import type { SourceFile, SourceOpener } from './source-file';

const uriField = 'source.uri';
const uriForm = 'the file:/// URI of a readable, non-empty file';

/** Opens `file:///` URIs. */
export class LocalFiles implements SourceOpener {
  async open(uri: string): Promise<SourceFile> {
    const path = localPath(uri);
    const { file, found } = await openFile(uri, path);
    return {
      size: found.size,
      read: (start, end) => readRange(file, start, end),
      isUnchanged: () => isStill(path, found),
      close: () => file.close(),
    };
  }
}

function localPath(uri: string): string {
  if (!uri.startsWith('file:///')) throw new SourceError(uriField, uri, 'a file:/// or s3:// URI');
  try {
    return fileURLToPath(uri);
  } catch {
    throw new SourceError(uriField, uri, 'a file:/// URI without encoded slashes');
  }
}

/** What the system's refusals mean, by error code. */
const refusals: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  ENAMETOOLONG: 'no such file',
  ELOOP: 'a link that leads to itself',
  EACCES: 'not readable',
  EPERM: 'not readable',
  ERR_INVALID_ARG_VALUE: 'no such file', // a NUL byte in the path
};

async function openFile(uri: string, path: string): Promise<{ file: FileHandle; found: Stats }> {
  try {
    // Asked before opening: opening a named pipe would wait for its writer.
    const before = await stat(path);
    if (before.isDirectory()) throw new SourceError(uriField, `${uri} (a directory)`, uriForm);
    if (!before.isFile()) throw new SourceError(uriField, `${uri} (not a regular file)`, uriForm);
    if (before.size === 0) throw new SourceError(uriField, `${uri} (an empty file)`, uriForm);
    const file = await open(path, 'r');
    return { file, found: await file.stat() };
  } catch (error) {
    const seen = refusals[(error as NodeJS.ErrnoException).code ?? ''];
    throw seen === undefined ? error : new SourceError(uriField, `${uri} (${seen})`, uriForm);
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

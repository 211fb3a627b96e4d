import { open, stat, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SourceError } from '../domain/source-error';

const uriField = 'source.uri';
const uriForm = 'the file:/// URI of a readable, non-empty file';

/** An open source: its size in bytes and its bytes by range. Close it. */
export interface SourceFile {
  readonly size: number;
  /** The bytes from `start` to `end` (exclusive); fewer when the file ends before. */
  read(start: number, end: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens a local source. Throws `SourceError` when the URI names no readable file, a directory, or an empty one. */
export async function openSource(uri: string): Promise<SourceFile> {
  const path = localPath(uri);
  const file = await openFile(uri, path);
  const { size } = await file.stat();
  return { size, read: (start, end) => readRange(file, start, end), close: () => file.close() };
}

function localPath(uri: string): string {
  if (!uri.startsWith('file:///')) throw new SourceError(uriField, uri, 'a file:/// URI');
  try {
    return fileURLToPath(uri);
  } catch {
    throw new SourceError(uriField, uri, 'a file:/// URI without encoded slashes');
  }
}

async function openFile(uri: string, path: string): Promise<FileHandle> {
  try {
    // Asked before opening: opening a named pipe would wait for its writer.
    const found = await stat(path);
    if (found.isDirectory()) throw new SourceError(uriField, `${uri} (a directory)`, uriForm);
    if (!found.isFile()) throw new SourceError(uriField, `${uri} (not a regular file)`, uriForm);
    if (found.size === 0) throw new SourceError(uriField, `${uri} (an empty file)`, uriForm);
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new SourceError(uriField, `${uri} (no such file)`, uriForm);
    if (code === 'EACCES' || code === 'EPERM')
      throw new SourceError(uriField, `${uri} (not readable)`, uriForm);
    throw error;
  }
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

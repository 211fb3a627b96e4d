import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The content of a file, or null for what is no file or larger; throws when it cannot be read. */
export function readBounded(path: string, maxBytes: number, encoding: 'latin1' | 'utf8'): string | null {
  // Without waiting, since the other end of a pipe may never come.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) return null;
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      length += read;
      if (length > maxBytes) return null;
      if (read === 0) return bytes.toString(encoding, 0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Why a file cannot be read, in words without its content. */
export function unreadable(error: unknown): string {
  const { code } = error as { code?: unknown };
  return `it cannot be read (${typeof code === 'string' ? code : 'no reason given'})`;
}

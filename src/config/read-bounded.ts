import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Reads a file. Returns null if it is not a regular file or is too large; throws if it cannot be read. */
export function readBounded(path: string, maxBytes: number, encoding: 'latin1' | 'utf8'): string | null {
  // Does not block: nobody may ever open the other end of a pipe.
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

/** Why a file cannot be read, without its content. */
export function unreadable(error: unknown): string {
  const { code } = error as { code?: unknown };
  return `it cannot be read (${typeof code === 'string' ? code : 'no reason given'})`;
}

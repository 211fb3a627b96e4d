import { readFileSync } from 'node:fs';

/** A key of `PRISM_ENCRYPTION_KEYS`. */
export interface EncryptionKey {
  /** Stored unencrypted with every payload. */
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
  /** The base64 as given. Four different texts yield the same bytes, since two bits of the last letter are ignored. */
  given: string;
}

/** What {@link parseEncryptionKeys} accepts. */
export const encryptionKeysForm =
  "ID:KEY, several separated by commas or lines, or 'file:PATH' of a file of these; an ID is 1 to 64 of the " +
  'characters A-Z a-z 0-9 . _ -, each only once; a KEY is 32 bytes in base64 (`openssl rand -base64 32`)';

const keyBytes = 32;
const entryPattern = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)$/;

/**
 * Parses the keys, at least one, in the order given: the first encrypts, all decrypt. A text `file:PATH` names a file,
 * which is read once. If the text cannot be used, returns why, without any part of a key.
 */
export function parseEncryptionKeys(text: string): EncryptionKey[] | string {
  const content = text.startsWith('file:') ? readKeys(text.slice('file:'.length)) : text;
  if (content === null) return 'the file cannot be read';
  const entries = content
    .split(/[,\r\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) return 'there is no key';
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const [, id, given = ''] = entryPattern.exec(entry) ?? [];
    const key = Buffer.from(given, 'base64');
    if (id === undefined || key.length !== keyBytes) return `entry ${index + 1} has another form`;
    if (keys.some((other) => other.id === id)) return `entry ${index + 1} repeats an ID`;
    keys.push({ id, key, given });
  }
  return keys;
}

function readKeys(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

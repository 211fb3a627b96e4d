import { createHash } from 'node:crypto';
import type { StoredObject } from '../core/stored-object';
import { isTurnOver, nextTurn } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';
import { StorageError } from '../ports/storage-error';

const lineFeed = 0x0a;

/** Which part of an object to read, and who receives its bytes. */
interface LinesOf {
  /** In bytes, `end` exclusive; default: the whole object. */
  range?: { start: number; end: number };
  onChunk?: (chunk: Uint8Array) => void;
}

/**
 * The lines of a stored object as bytes, without their ends, one at a time, with turns for others. Text after the last
 * line end is a line too. Throws the store's errors.
 */
export async function* storedByteLines(
  store: ObjectStore,
  uri: string,
  { range, onChunk = () => undefined }: LinesOf = {},
): AsyncGenerator<Buffer> {
  let rest: Uint8Array[] = [];
  for await (const chunk of await store.read(uri, range)) {
    onChunk(chunk);
    let begin = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, begin)) {
      const piece = chunk.subarray(begin, end);
      if (isTurnOver()) await nextTurn();
      yield Buffer.concat([...rest, piece]);
      rest = [];
      begin = end + 1;
    }
    if (begin < chunk.length) rest.push(chunk.subarray(begin));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** The same lines as texts. */
export async function* storedLines(
  store: ObjectStore,
  uri: string,
  onChunk?: (chunk: Uint8Array) => void,
): AsyncGenerator<string> {
  const lines = storedByteLines(store, uri, onChunk === undefined ? {} : { onChunk });
  for await (const line of lines) yield line.toString('utf8');
}

/** The same for an object with a known hash. Throws after the last line if the hash differs. */
export async function* checkedLines(
  store: ObjectStore,
  { uri, sha256 }: StoredObject,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  yield* storedLines(store, uri, (chunk) => void hash.update(chunk));
  if (hash.digest('hex') !== sha256)
    throw new StorageError(`${uri} does not have the hash it was stored with`);
}

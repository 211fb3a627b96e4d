import { createHash } from 'node:crypto';
import type { StoredObject } from '../core/stored-object';
import { isTurnOver, nextTurn } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';
import { StorageError } from '../ports/storage-error';

const lineFeed = 0x0a;

/** What part of an object is read, and who sees its bytes. */
interface LinesOf {
  /** In bytes, `end` exclusive; default the whole object. */
  range?: { start: number; end: number };
  onChunk?: (chunk: Uint8Array) => void;
}

/**
 * The lines of a stored object as bytes, without their ends, one at a time, giving way to others. The last is what
 * comes after the last end, if there is anything. Throws what the store throws.
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

/** The same of an object whose hash is known; throws after the last line when it is another. */
export async function* checkedLines(
  store: ObjectStore,
  { uri, sha256 }: StoredObject,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  yield* storedLines(store, uri, (chunk) => void hash.update(chunk));
  if (hash.digest('hex') !== sha256)
    throw new StorageError(`${uri} does not have the hash it was stored with`);
}

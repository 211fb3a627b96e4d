import type { StoredObject } from '../core/stored-object';

/** An object in a store's listing. */
export interface ListedObject {
  /** Relative to the store's root. */
  name: string;
  uri: string;
  bytes: number;
  /** When it was written, in milliseconds since 1970, on the store's clock. */
  writtenAtMs: number;
}

/**
 * Stores results, reports and uploaded sources. Writes are atomic: a reader sees the whole object or none. {@link
 * isMissing}, {@link isOutside} and {@link isRefused} classify its errors.
 */
export interface ObjectStore {
  /** Whether its objects are files of this host, visible only to processes of this host. */
  readonly local: boolean;
  /**
   * Writes the chunks to a name relative to the store's root, and replaces an existing object. The name's path segments
   * must be safe on any file system.
   */
  write(
    name: string,
    chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<StoredObject>;
  /**
   * Opens an object of this store by its URI. Rejects for a URI outside the store. `range` is in bytes, `end`
   * exclusive.
   */
  read(uri: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** A store limited to a folder of this one. The folder may be a link. */
  below(folder: string): ObjectStore;
  /**
   * Everything below a folder of this store, including unfinished drafts; nothing if the folder does not exist. Objects
   * of the same subfolder are adjacent.
   */
  list(folder: string): AsyncIterable<ListedObject>;
  /** Removes an object of this store by its URI, if it exists. Rejects for a URI outside the store. */
  remove(uri: string): Promise<void>;
}

/** Whether a store failed because the object does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'missing' in error && error.missing === true;

/** Whether a store failed because a URI points outside it. Whether the object exists is then unknown. */
export const isOutside = (error: unknown): boolean =>
  error instanceof Error && 'outside' in error && error.outside === true;

/** Whether a store would fail in the same way again. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'refusal' in error && typeof error.refusal === 'string';

import type { StoredObject } from '../core/stored-object';

/** An object as a list of a store has it. */
export interface ListedObject {
  /** Relative to the store's root. */
  name: string;
  uri: string;
  bytes: number;
  /** When it was written, in milliseconds since 1970, on the store's clock. */
  writtenAtMs: number;
}

/**
 * Where results, reports and uploaded sources are kept. Writes are atomic: a reader sees the whole object or none.
 * {@link isMissing}, {@link isOutside} and {@link isRefused} tell what an error of it means.
 */
export interface ObjectStore {
  /** Whether its objects are files of this host, which only processes of this host see. */
  readonly local: boolean;
  /**
   * Stores the chunks under a name relative to the store's root, replacing what was there. A name has path segments
   * that are safe on any file system.
   */
  write(
    name: string,
    chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<StoredObject>;
  /**
   * Opens an object of this store by its URI; rejects for a URI outside the store. `range` is in bytes, `end`
   * exclusive.
   */
  read(uri: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** A store of what lies in a folder of this one; the folder may be a link. */
  below(folder: string): ObjectStore;
  /**
   * All that lies below a folder of this store, drafts that were never finished too; nothing when there is no such
   * folder. What shares a subfolder comes one after the other.
   */
  list(folder: string): AsyncIterable<ListedObject>;
  /** Removes an object of this store by its URI, also one that is not there; rejects for a URI outside the store. */
  remove(uri: string): Promise<void>;
}

/** Whether a store has failed since the object is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'missing' in error && error.missing === true;

/** Whether a store has failed since a URI leads out of it; whether anything is there is not known then. */
export const isOutside = (error: unknown): boolean =>
  error instanceof Error && 'outside' in error && error.outside === true;

/** Whether a store would fail again in the same way. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'refusal' in error && typeof error.refusal === 'string';

import { z } from 'zod';

/** Where something was stored: its URI (`file:///…` or `s3://…`), size and hash (lower-case hex). */
export const storedObjectSchema = z.object({ uri: z.string(), bytes: z.number(), sha256: z.string() });
export type StoredObject = z.infer<typeof storedObjectSchema>;

/** A reference to stored row results: NDJSON, one result a line, in the order of the API. */
export const resultsRefSchema = storedObjectSchema.extend({ rows: z.number() });
export type ResultsRef = z.infer<typeof resultsRefSchema>;

/** Where results, reports and uploaded sources are kept. Writes are atomic: a reader sees the whole object or none. */
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
  /** Removes an object of this store by its URI, also one that is not there; rejects for a URI outside the store. */
  remove(uri: string): Promise<void>;
}

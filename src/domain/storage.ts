/** Where something was stored: its URI (`file:///…` or `s3://…`), size and hash (lower-case hex). */
export interface StoredObject {
  uri: string;
  bytes: number;
  sha256: string;
}

/** A reference to stored row results: NDJSON, one result a line, in the order of the API. */
export interface ResultsRef extends StoredObject {
  rows: number;
}

/** Where results, reports and uploaded sources are kept. Writes are atomic: a reader sees the whole object or none. */
export interface ObjectStore {
  /** Stores the chunks under a name relative to the store's root, replacing what was there. A name has path segments that are safe on any file system. */
  write(
    name: string,
    chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<StoredObject>;
  /** Opens an object of this store by its URI; rejects for a URI outside the store. `range` is in bytes, `end` exclusive. */
  read(uri: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
}

import { Defect } from '../ports/defect';
import type { ObjectStore } from '../ports/object-store';
import type { SourceOpener } from '../ports/source-opener';

/** What planning and reading depend on. */
export interface SourceOptions {
  /** Store for plans and copies of sources. Without one (null), nothing can be planned or read. */
  store: ObjectStore | null;
  /** Opens sources. */
  opener: SourceOpener;
  /** How much of a source to read at once, in bytes; default 4 MiB. */
  blockBytes?: number;
}

/** Default of `blockBytes`: large enough to make a request to S3 worthwhile. */
export const defaultBlockBytes = 4 * 1024 * 1024;

/** The store. Throws if there is none. */
export function requireStore({ store }: SourceOptions): ObjectStore {
  if (store !== null) return store;
  throw new Defect('there is no storage for plans: PRISM_STORAGE is not set');
}

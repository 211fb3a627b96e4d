import { Defect } from '../ports/defect';
import type { ObjectStore } from '../ports/object-store';
import type { SourceOpener } from '../ports/source-opener';

/** What planning and reading stand on. */
export interface SourceOptions {
  /** Where plans, and copies of sources, are kept; null when there is none: then nothing can be planned or read. */
  store: ObjectStore | null;
  /** Opens sources. */
  opener: SourceOpener;
  /** How much of a source is read at once, in bytes; default 4 MiB. */
  blockBytes?: number;
}

/** Default of `blockBytes`: what makes a request to S3 worth its time. */
export const defaultBlockBytes = 4 * 1024 * 1024;

/** The store; throws when there is none. */
export function requireStore({ store }: SourceOptions): ObjectStore {
  if (store !== null) return store;
  throw new Defect('there is no storage for plans: PRISM_STORAGE is not set');
}

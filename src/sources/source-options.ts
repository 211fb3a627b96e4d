import type { ObjectStore } from '../ports/object-store';

/** What planning and reading stand on. */
export interface RecordOptions {
  /** Where plans, and copies of sources, are kept; null when there is none: then nothing can be planned or read. */
  store: ObjectStore | null;
  /** Another S3-compatible server for sources, as `AWS_ENDPOINT_URL_S3` gives it; default AWS. */
  s3Endpoint?: string | undefined;
  /** How much of a source is read at once, in bytes; default 4 MiB. */
  blockBytes?: number;
}

/** Default of `blockBytes`: what makes a request to S3 worth its time. */
export const defaultBlockBytes = 4 * 1024 * 1024;

/** The store; throws when there is none. */
export function requireStore({ store }: RecordOptions): ObjectStore {
  if (store !== null) return store;
  throw new Error('there is no storage for plans: PRISM_STORAGE is not set');
}

import { SourceError } from '../ports/source-error';
import type { SourceFile } from '../ports/source-opener';
import type { S3Objects, S3Read } from './s3-objects';
import { sourceFailure } from './source-failure';

const attempts = 3;
const accepted = 'an object that this worker may read';

/**
 * Opens an object. All reads are of one version: an object that is replaced meanwhile gives a `SourceError`, as does a
 * missing or empty one.
 */
export async function openS3Source(objects: S3Objects, uri: string): Promise<SourceFile> {
  // Not a HEAD request, whose refusals have no body and so no reason.
  const first = await readWhole(objects, uri, { range: { start: 0, end: 1 } });
  const size = first.size ?? first.bytes.length;
  if (size === 0) throw new SourceError('source.uri', `${uri} (an empty object)`, 'an object with rows');
  const { etag } = first;
  return {
    size,
    read: async (start, end) =>
      start >= end ? Buffer.alloc(0) : (await readWhole(objects, uri, { range: { start, end }, etag })).bytes,
    isUnchanged: () => Promise.resolve(true), // every read requests the same version
    close: () => Promise.resolve(),
  };
}

/** Retries itself, because the SDK retries requests that fail or are not answered, but not when a body breaks off. */
async function readWhole(objects: S3Objects, uri: string, read: S3Read) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { body, size, etag } = await objects.get(uri, read);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return { bytes: Buffer.concat(chunks), size, etag };
    } catch (error) {
      const failure = sourceFailure(uri, error, accepted);
      if (failure instanceof SourceError || attempt === attempts) throw failure;
    }
  }
}

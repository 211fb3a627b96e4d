import { SourceError } from '../ports/source-error';
import type { SourceFile } from '../ports/source-opener';
import type { S3Objects, S3Read } from './s3-objects';
import { sourceFailure } from './source-failure';

const attempts = 3;
const accepted = 'an object that this worker may read';

/**
 * Opens an object. What is read from it is all of one version: an object replaced meanwhile is a `SourceError`, as is
 * one that is not there or empty.
 */
export async function openS3Source(objects: S3Objects, uri: string): Promise<SourceFile> {
  // Not a HEAD request: its refusals have no body, and so no reason.
  const first = await readWhole(objects, uri, { range: { start: 0, end: 1 } });
  const size = first.size ?? first.bytes.length;
  if (size === 0) throw new SourceError('source.uri', `${uri} (an empty object)`, 'an object with rows');
  const { etag } = first;
  return {
    size,
    read: async (start, end) =>
      start >= end ? Buffer.alloc(0) : (await readWhole(objects, uri, { range: { start, end }, etag })).bytes,
    isUnchanged: () => Promise.resolve(true), // every read has asked for the same version
    close: () => Promise.resolve(),
  };
}

/**
 * Tries again by itself: the SDK repeats a request that is refused or unanswered, but not one whose body breaks off.
 */
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

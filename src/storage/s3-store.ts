import { Readable } from 'node:stream';
import type { ObjectStore } from '../ports/object-store';
import { measureBlocks } from './measured-blocks';
import { assertSafeName, isSafeName } from './names';
import { noBytes } from './refusals';
import type { S3Objects } from './s3-objects';
import { StorageError } from '../ports/storage-error';
import type { S3Location } from '../ports/object-uri';

/**
 * Creates a store in a bucket, below a prefix without slashes at its ends, or in the whole bucket. Throws StorageError.
 */
export function createS3Store({ bucket, key: prefix }: S3Location, objects: S3Objects): ObjectStore {
  const root = prefix === '' ? `s3://${bucket}/` : `s3://${bucket}/${prefix}/`;
  return {
    local: false,
    async write(name, chunks) {
      assertSafeName(name);
      const uri = root + name;
      const measured = measureBlocks(chunks);
      try {
        await objects.put(uri, Readable.from(measured.blocks));
      } catch (error) {
        throw measured.failure(`writing ${uri}`, error);
      }
      return { uri, ...measured.measure() };
    },
    async read(uri, range) {
      requireWithin(root, uri, 'reading');
      if (range !== undefined && range.start >= range.end) return Readable.from([]);
      try {
        return (await objects.get(uri, { range })).body;
      } catch (error) {
        // A file would give no bytes either.
        if (range !== undefined && error instanceof StorageError && error.refusal === noBytes)
          return Readable.from([]);
        throw error;
      }
    },
    below: (folder) =>
      createS3Store({ bucket, key: prefix === '' ? folder : `${prefix}/${folder}` }, objects),
    async *list(folder) {
      assertSafeName(folder);
      for await (const { uri, ...of } of objects.list(`${root}${folder}/`)) {
        const name = uri.slice(root.length);
        // A name that no store could have written is not ours.
        if (isSafeName(name)) yield { name, uri, ...of };
      }
    },
    async remove(uri) {
      requireWithin(root, uri, 'removing');
      await objects.remove(uri);
    },
  };
}

function requireWithin(root: string, uri: string, tried: string): void {
  if (uri.startsWith(root) && isSafeName(uri.slice(root.length))) return;
  throw new StorageError(`${tried} ${uri}: not an object of the store ${root}`, { outside: true });
}

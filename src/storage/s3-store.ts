import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { StorageError, storageError } from './errors';
import { measureBlocks } from './measured-blocks';
import { assertSafeName, isSafeName } from './names';
import type { ObjectStore } from '../ports/object-store';

/**
 * Where an S3 store is. Region, credentials, retries and the like are the AWS SDK's own settings (`AWS_REGION`,
 * profiles, roles).
 */
export interface S3StoreOptions {
  bucket: string;
  /** Key prefix without a slash at either end; empty for the whole bucket. */
  prefix: string;
  /**
   * Another S3-compatible server, as `AWS_ENDPOINT_URL_S3` gives it; it is addressed by path, since few have a host
   * name per bucket.
   */
  endpoint?: string | undefined;
}

const partBytes = 8 * 1024 * 1024;

/**
 * A store in an S3 bucket. An object appears when its upload is complete; a failed one is aborted, parts and all. Keys
 * stand in `s3://` URIs as they are, without encoding. Throws StorageError.
 */
export function createS3Store({ bucket, prefix, endpoint }: S3StoreOptions): ObjectStore {
  const client = new S3Client(endpoint === undefined ? {} : { endpoint, forcePathStyle: true });
  const root = prefix === '' ? `s3://${bucket}/` : `s3://${bucket}/${prefix}/`;
  const keyOf = (uri: string) => uri.slice(`s3://${bucket}/`.length);
  return {
    local: false,
    async write(name, chunks) {
      assertSafeName(name);
      const uri = root + name;
      const measured = measureBlocks(chunks);
      try {
        const params = { Bucket: bucket, Key: keyOf(uri), Body: Readable.from(measured.blocks) };
        await new Upload({ client, params, partSize: partBytes, queueSize: 2 }).done();
      } catch (error) {
        throw measured.failure(`writing ${uri}`, error);
      }
      return { uri, ...measured.measure() };
    },
    async read(uri, range) {
      requireWithin(root, uri, 'reading');
      if (range !== undefined && range.start >= range.end) return Readable.from([]);
      const bounds = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` };
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: keyOf(uri), ...bounds }),
        );
        return readBody(uri, Body as Readable);
      } catch (error) {
        throw storageError(`reading ${uri}`, error);
      }
    },
    async remove(uri) {
      requireWithin(root, uri, 'removing');
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(uri) }));
      } catch (error) {
        throw storageError(`removing ${uri}`, error);
      }
    },
  };
}

function requireWithin(root: string, uri: string, tried: string): void {
  if (uri.startsWith(root) && isSafeName(uri.slice(root.length))) return;
  throw new StorageError(`${tried} ${uri}: not an object of the store ${root}`);
}

async function* readBody(uri: string, body: Readable) {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw storageError(`reading ${uri}`, error);
  }
}

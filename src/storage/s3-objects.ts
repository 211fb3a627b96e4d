import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Refusal } from './refusals';
import { loadS3Sdk, type S3Sdk } from './s3-sdk';
import { storageError } from './storage-error';

/**
 * Which bytes of an object to read (`end` exclusive, not before `start`), and which version; default: all bytes of any
 * version.
 */
export interface S3Read {
  range?: { start: number; end: number } | undefined;
  etag?: string | undefined;
}

/** An object, or the requested bytes of it. */
export interface S3Answer {
  body: AsyncIterable<Uint8Array>;
  /** Size of the whole object, or null if the server does not say. */
  size: number | null;
  etag: string | undefined;
}

/** Timeouts while the server is silent, in milliseconds. */
export interface S3Patience {
  /** While a connection is made. */
  connectionMs: number;
  /** While a request is sent, answered, or the body of its answer is read. Each byte restarts it. */
  silenceMs: number;
}

const defaultPatience: S3Patience = { connectionMs: 5000, silenceMs: 20_000 };

const partBytes = 8 * 1024 * 1024;

/**
 * Objects by `s3://bucket/key`, with keys that are not encoded. Region, credentials and retries are the AWS SDK's own
 * settings (`AWS_REGION`, profiles, roles). Throws StorageError.
 */
export class S3Objects {
  private connected: { sdk: S3Sdk; client: S3Client } | null = null;

  /**
   * `endpoint` is another S3-compatible server, as in `AWS_ENDPOINT_URL_S3`; null means AWS. It is addressed by path,
   * since few have a host name per bucket.
   */
  constructor(
    private readonly endpoint: string | null = null,
    private readonly patience: S3Patience = defaultPatience,
  ) {}

  async get(uri: string, { range, etag }: S3Read = {}): Promise<S3Answer> {
    const input = {
      ...locate(uri),
      ...(range !== undefined && { Range: `bytes=${range.start}-${range.end - 1}` }),
      ...(etag !== undefined && { IfMatch: etag }),
    };
    try {
      const { sdk, client } = await this.connect();
      const { Body, ContentRange, ETag } = await client.send(new sdk.client.GetObjectCommand(input));
      const [, size] = /\/(\d+)$/.exec(ContentRange ?? '') ?? [];
      return {
        body: chunksOf(uri, Body as Readable),
        size: size === undefined ? null : Number(size),
        etag: ETag,
      };
    } catch (error) {
      throw storageError(`reading ${uri}`, error, s3Refusal(error));
    }
  }

  /**
   * Uploads an object, which appears when the upload is complete. A failed upload is aborted, including its parts.
   * Throws the SDK's errors.
   */
  async put(uri: string, body: Readable): Promise<void> {
    const { sdk, client } = await this.connect();
    const params = { ...locate(uri), Body: body };
    await new sdk.storage.Upload({ client, params, partSize: partBytes, queueSize: 2 }).done();
  }

  /** All objects whose URI starts with this one, in the order of their keys. */
  async *list(beginning: string): AsyncGenerator<{ uri: string; bytes: number; writtenAtMs: number }> {
    const { Bucket, Key: Prefix } = locate(beginning);
    let token: string | undefined;
    do {
      try {
        const { sdk, client } = await this.connect();
        const input = { Bucket, Prefix, ContinuationToken: token };
        const { Contents = [], NextContinuationToken } = await client.send(
          new sdk.client.ListObjectsV2Command(input),
        );
        token = NextContinuationToken;
        for (const { Key = '', Size = 0, LastModified } of Contents)
          yield {
            uri: `s3://${Bucket}/${Key}`,
            bytes: Size,
            writtenAtMs: LastModified?.getTime() ?? Date.now(),
          };
      } catch (error) {
        throw storageError(`listing ${beginning}`, error, s3Refusal(error));
      }
    } while (token !== undefined);
  }

  async remove(uri: string): Promise<void> {
    try {
      const { sdk, client } = await this.connect();
      await client.send(new sdk.client.DeleteObjectCommand(locate(uri)));
    } catch (error) {
      throw storageError(`removing ${uri}`, error, s3Refusal(error));
    }
  }

  private async connect(): Promise<{ sdk: S3Sdk; client: S3Client }> {
    const { endpoint, patience } = this;
    const sdk = await loadS3Sdk();
    // No `requestTimeout`, which would end a long upload that is progressing.
    const requestHandler = { connectionTimeout: patience.connectionMs, socketTimeout: patience.silenceMs };
    const place = endpoint === null ? {} : { endpoint, forcePathStyle: true };
    return (this.connected ??= { sdk, client: new sdk.client.S3Client({ ...place, requestHandler }) });
  }
}

/** Does not check the form, since work in flight may use keys that no new import may. */
function locate(uri: string): { Bucket: string; Key: string } {
  const [bucket = '', ...key] = uri.slice('s3://'.length).split('/');
  return { Bucket: bucket, Key: key.join('/') };
}

async function* chunksOf(uri: string, body: Readable) {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw storageError(`reading ${uri}`, error, s3Refusal(error));
  }
}

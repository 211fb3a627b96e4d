import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SourceError } from '../../ports/source-error';
import { s3Refusal } from './s3-refusal';
import type { SourceFile, SourceOpener } from './source-file';

const uriField = 'source.uri';
const attempts = 3;

/**
 * Opens `s3://bucket/key` URIs, keys as they are, without encoding. Region, credentials and the like are the AWS SDK's
 * own settings (`AWS_REGION`, profiles, roles). What is read from an open object is all of one version: an object
 * replaced meanwhile is a `SourceError`.
 */
export class S3Objects implements SourceOpener {
  private client: S3Client | null = null;

  constructor(private readonly endpoint: string | undefined) {}

  async open(uri: string): Promise<SourceFile> {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
    if (bucket === undefined || key === undefined) throw new SourceError(uriField, uri, 's3://bucket/key');
    // Not a HEAD request: its refusals have no body, and so no reason.
    const first = await this.get(uri, { Bucket: bucket, Key: key, Range: 'bytes=0-0' });
    const size = Number(/\/(\d+)$/.exec(first.range)?.[1] ?? first.bytes.length);
    if (size === 0) throw new SourceError(uriField, `${uri} (an empty object)`, 'an object with rows');
    const pinned = { Bucket: bucket, Key: key, ...(first.etag !== undefined && { IfMatch: first.etag }) };
    return {
      size,
      read: async (start, end) => {
        if (start >= end) return Buffer.alloc(0);
        return (await this.get(uri, { ...pinned, Range: `bytes=${start}-${end - 1}` })).bytes;
      },
      isUnchanged: () => Promise.resolve(true), // every read has asked for the same version
      close: () => Promise.resolve(),
    };
  }

  /**
   * Tries again by itself: the SDK repeats a request that is refused or unanswered, but not one whose body breaks off.
   */
  private async get(uri: string, input: GetInput): Promise<Got> {
    this.client ??= new S3Client(
      this.endpoint === undefined ? {} : { endpoint: this.endpoint, forcePathStyle: true },
    );
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Body, ContentRange, ETag } = await this.client.send(new GetObjectCommand(input));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return { bytes, range: ContentRange ?? '', etag: ETag };
      } catch (error) {
        const refusal = s3Refusal(uri, error);
        if (refusal instanceof SourceError || attempt === attempts) throw refusal;
      }
    }
  }
}

interface GetInput {
  Bucket: string;
  Key: string;
  Range: string;
  IfMatch?: string;
}

interface Got {
  bytes: Buffer;
  range: string;
  etag: string | undefined;
}

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SourceError } from '../../ports/source-error';
import type { SourceBytes } from './source-bytes';

const chunkBytes = 256 * 1024;

/**
 * Maximum size and ratio to which a source may unpack. Rows of text rarely pack to less than a fiftieth, and tables of
 * empty cells and equal rows to a two-hundredth or less. Data that packs better than 500 to 1 for long is made to fill
 * disks.
 */
export const unpackedLimits = { bytes: 64 * 1024 ** 3, ratio: 500, ratioFromBytes: 64 * 1024 ** 2 };

/** Whether these are the first bytes of a gzip file (RFC 1952, section 2.3.1). */
export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The content of a gzip file, with all its members. Throws a `SourceError` if it is damaged or truncated, or unpacks to
 * more than {@link unpackedLimits}.
 */
export async function* gunzip(uri: string, bytes: SourceBytes): AsyncGenerator<Buffer> {
  const packed = Readable.from(bytes.blocks(), { highWaterMark: 1 });
  const unpacked = createGunzip({ chunkSize: chunkBytes });
  packed.on('error', (error) => unpacked.destroy(error));
  try {
    let bytesOut = 0;
    for await (const chunk of packed.pipe(unpacked)) {
      bytesOut += (chunk as Buffer).length;
      assertWithin(uri, bytesOut, unpacked.bytesWritten);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw damage(uri, error);
  } finally {
    unpacked.destroy();
    await closed(packed);
  }
  await assertZeros(uri, bytes, unpacked.bytesWritten);
}

function assertWithin(uri: string, bytesOut: number, bytesIn: number): void {
  const { bytes, ratio, ratioFromBytes } = unpackedLimits;
  const seen =
    bytesOut > bytes
      ? `more than ${bytes} bytes`
      : bytesOut > ratioFromBytes && bytesOut > ratio * bytesIn
        ? `more than ${ratio} times its size`
        : null;
  if (seen === null) return;
  const accepted = `at most ${bytes} bytes and ${ratio} times the size of the file; larger ones uncompressed`;
  throw new SourceError('source.uri', `${uri} (a gzip file that unpacks to ${seen})`, accepted);
}

function damage(uri: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SourceError || code === undefined || !code.startsWith('Z_')) return error;
  const seen = code === 'Z_BUF_ERROR' ? 'cut off before its end' : 'damaged';
  return new SourceError('source.uri', `${uri} (a gzip file that is ${seen})`, 'a whole gzip file');
}

/** Only padding may follow the last member. Anything else would be rows that are silently ignored. */
async function assertZeros(uri: string, bytes: SourceBytes, from: number): Promise<void> {
  for (let at = from; at < bytes.size; at += chunkBytes) {
    const piece = await bytes.peek(at, at + chunkBytes);
    if (piece.every((byte) => byte === 0)) continue;
    throw new SourceError(
      'source.uri',
      `${uri} (a gzip file with other data after its end)`,
      'a whole gzip file',
    );
  }
}

/** Destroys a stream and waits until its generator has stopped. */
async function closed(stream: Readable): Promise<void> {
  if (stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.destroy();
  });
}

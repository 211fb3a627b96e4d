import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What the server does instead of answering the next requests. */
export type Refusal = (response: ServerResponse) => void;

/** An upload in parts that goes on, by the number of the part. */
type Parts = Map<number, Buffer>;

/**
 * As much of S3 as this product needs: objects by path, ranges, ETags and If-Match (S3 API reference, GetObject),
 * uploads whole and in parts, removal; and refusals as a test wants them.
 */
export class S3Server {
  /** By `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Ranges asked for. */
  readonly ranges: string[] = [];
  /** Uploads in parts that are neither complete nor aborted, by id. */
  readonly openUploads = new Map<string, Parts>();
  /** How long what is sent takes to be stored, in milliseconds. */
  storingMs = 0;
  /** Requests to store something that have come since it was last told to hold. */
  putsBegun = 0;
  private held: Promise<void> | null = null;
  private refusals: Refusal[] = [];
  private readonly server = createServer((request, response) => {
    const refuse = this.refusals.shift();
    if (refuse !== undefined) return refuse(response);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any');
    const name = decodeURIComponent(pathname.slice(1));
    if (request.method !== 'GET') return void this.change(request, response, name, searchParams);
    const object = this.objects.get(name);
    if (object === undefined) return refusal(404, 'NoSuchKey')(response);
    this.send(response, object, request.headers.range, request.headers['if-match']);
  });

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Refuses the next requests, each as it is said. */
  refuse(...refusals: Refusal[]): void {
    this.refusals = refusals;
  }

  /** Stores nothing that is sent until what it gives is called. */
  hold(): () => void {
    let release = () => {};
    this.putsBegun = 0;
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async change(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    query: URLSearchParams,
  ): Promise<void> {
    const body = await bodyOf(request);
    const id = query.get('uploadId');
    const upload = this.openUploads.get(id ?? '');
    if (id !== null && upload === undefined) return refusal(404, 'NoSuchUpload')(response);
    if (request.method === 'PUT') {
      this.putsBegun += 1;
      await this.held;
      await delay(this.storingMs);
      if (upload === undefined) this.objects.set(name, body);
      else upload.set(Number(query.get('partNumber')), body);
      response.writeHead(200, { ETag: etagOf(body) }).end();
    } else if (request.method === 'DELETE') {
      if (id === null) this.objects.delete(name);
      else this.openUploads.delete(id);
      response.writeHead(204).end();
    } else if (id === null) {
      const begun = randomUUID();
      this.openUploads.set(begun, new Map());
      answerXml(response, 'InitiateMultipartUploadResult', `<UploadId>${begun}</UploadId>`);
    } else {
      const parts = [...(upload ?? [])].sort(([one], [other]) => one - other);
      const object = Buffer.concat(parts.map(([, part]) => part));
      this.objects.set(name, object);
      this.openUploads.delete(id);
      answerXml(response, 'CompleteMultipartUploadResult', `<ETag>${etagOf(object)}</ETag>`);
    }
  }

  private send(
    response: ServerResponse,
    object: Buffer,
    range: string | undefined,
    ifMatch: string | undefined,
  ): void {
    const etag = etagOf(object);
    if (ifMatch !== undefined && ifMatch !== etag) return refusal(412, 'PreconditionFailed')(response);
    if (range === undefined) {
      response.writeHead(200, { ETag: etag, 'Content-Length': object.length }).end(object);
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    if (Number(from) >= object.length) return refusal(416, 'InvalidRange')(response);
    this.ranges.push(range);
    const body = object.subarray(Number(from), Number(to) + 1);
    const last = Number(from) + body.length - 1;
    const contentRange = `bytes ${from}-${last}/${object.length}`;
    response.writeHead(206, { ETag: etag, 'Content-Range': contentRange, 'Content-Length': body.length });
    response.end(body);
  }
}

const etagOf = (object: Buffer): string => `"${createHash('md5').update(object).digest('hex')}"`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answerXml(response: ServerResponse, root: string, content: string): void {
  response.writeHead(200, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><${root}>${content}</${root}>`);
}

/** An error as S3 sends it. */
export const refusal =
  (status: number, code: string): Refusal =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is</Message></Error>`);
  };

/** A body that breaks off. */
export const brokenBody: Refusal = (response) => {
  response.writeHead(206, { 'Content-Length': 1000, 'Content-Range': 'bytes 0-999/1000' });
  response.write('x', () => response.destroy());
};

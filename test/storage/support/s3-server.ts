import { createServer, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What the server does instead of answering the next requests. */
export type Refusal = (response: ServerResponse) => void;

/**
 * As much of S3 as reading takes: objects by path, ranges, ETags and If-Match (S3 API reference, GetObject), and
 * refusals as a test wants them.
 */
export class S3Server {
  /** By `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Ranges asked for. */
  readonly ranges: string[] = [];
  private refusals: Refusal[] = [];
  private readonly server = createServer((request, response) => {
    const refuse = this.refusals.shift();
    if (refuse !== undefined) return refuse(response);
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://any').pathname.slice(1));
    const object = this.objects.get(name);
    if (object === undefined) return refusal(404, 'NoSuchKey')(response);
    this.send(response, object, request.headers.range ?? '', request.headers['if-match']);
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

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private send(response: ServerResponse, object: Buffer, range: string, ifMatch: string | undefined): void {
    const etag = `"${createHash('md5').update(object).digest('hex')}"`;
    if (ifMatch !== undefined && ifMatch !== etag) return refusal(412, 'PreconditionFailed')(response);
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

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { corsHeaders, isAuthorized, refusal, type CodecAccess } from './codec-access';
import { CodecError } from './codec-error';
import { payloadsFromJson, payloadsToJson } from './payload-json';

/** Options of {@link startCodecServer}. */
export interface CodecServerOptions extends CodecAccess {
  codecs: readonly PayloadCodec[];
  /** 0 picks any free port. */
  port: number;
  /** Maximum size of a request, in bytes; default 32 MiB. */
  maxBodyBytes?: number;
}

/** A running codec server. */
export interface CodecServer {
  url: string;
  /** Stops it and closes all its connections. */
  close(): Promise<void>;
}

/** Larger than any page of history from the server, in base64. */
const defaultMaxBodyBytes = 32 * 1024 * 1024;

/**
 * Serves `POST …/encode` and `POST …/decode`, with payloads as JSON and under any path prefix. This is Temporal's
 * protocol for codec servers (samples-go, codec-server), which the `temporal` CLI and the Temporal UI use. A codec
 * finds the namespace from the header `X-Namespace` in its context. Rejects, naming the address, if it cannot listen.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 30_000;
  const { host, port } = options;
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    throw new Error(`The codec server cannot listen on ${host}:${port}: give another --address`, { cause });
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, close };
}

async function answer(
  options: CodecServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = { ...corsHeaders(options, request.headers), vary: 'origin', 'cache-control': 'no-store' };
  const refuse = (status: number, reason: string, more: Record<string, string> = {}) => {
    // The rest of the request is not read.
    response.writeHead(status, { ...headers, ...more, 'content-type': 'text/plain', connection: 'close' });
    response.end(`${reason}\n`);
  };
  const refused = refusal(options, request.headers);
  if (refused !== null) return refuse(...refused);
  const [, operation] = /\/(encode|decode)$/.exec((request.url ?? '').split('?')[0] ?? '') ?? [];
  if (operation === undefined) return refuse(404, 'there are /encode and /decode');
  if (request.method === 'OPTIONS') {
    response.writeHead(204, headers).end();
    return;
  }
  if (request.method !== 'POST') return refuse(405, 'only POST is answered here', { allow: 'POST, OPTIONS' });
  if (!isAuthorized(options, request.headers))
    return refuse(401, 'a bearer token is needed', { 'www-authenticate': 'Bearer' });
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    return refuse(415, 'the content type must be application/json');
  const body = await readBody(request, options.maxBodyBytes ?? defaultMaxBodyBytes);
  if (body === null) return refuse(413, 'the request is too large');
  const payloads = payloadsFromJson(body);
  if (payloads === null) return refuse(400, 'expected the JSON of temporal.api.common.v1.Payloads');
  let converted: Payload[];
  try {
    converted = await convert(options.codecs, operation === 'encode', payloads, contextOf(request));
  } catch (error) {
    // Messages of our own codec contain nothing of a payload; those of others may.
    return refuse(400, error instanceof CodecError ? error.message : `the codec cannot ${operation} this`);
  }
  response.writeHead(200, { ...headers, 'content-type': 'application/json' });
  response.end(payloadsToJson(converted));
}

/** The text of a request, or null once it exceeds the limit. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The context for a codec: the namespace, which is all that the protocol provides. */
function contextOf({ headers }: IncomingMessage): SerializationContext | undefined {
  const namespace = headers['x-namespace'];
  return typeof namespace === 'string' && namespace !== ''
    ? { type: 'workflow', namespace, workflowId: '' }
    : undefined;
}

async function convert(
  codecs: readonly PayloadCodec[],
  isEncode: boolean,
  payloads: Payload[],
  context: SerializationContext | undefined,
): Promise<Payload[]> {
  let converted = payloads;
  for (const codec of isEncode ? codecs : codecs.toReversed())
    converted = await (isEncode ? codec.encode(converted, context) : codec.decode(converted, context));
  return converted;
}

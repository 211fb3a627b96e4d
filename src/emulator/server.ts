import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, refuse, type Answer } from './answers';
import type { PrismApi } from './api';
import type { Journal, JournalEntry } from './journal';
import { headerOf, lazyJson, type ApiRequest } from './request';
import type { RuleAnswer, RuleOutcome, Rules } from './rules';
import type { EmulatorSettings } from './settings';
import type { Work } from './work';

/** What the HTTP edge stands before. */
export interface Parts {
  settings: EmulatorSettings;
  api: PrismApi;
  rules: Rules;
  journal: Journal;
}

/** Listens as the settings say. Rejects, naming address and cause, when that is not possible. */
export async function listen(parts: Parts): Promise<Server> {
  const { host, port } = parts.settings;
  let count = 0;
  const server = createServer((incoming, response) => {
    count += 1;
    void serve(parts, incoming, response, `req_${count.toString(36).padStart(6, '0')}`);
  });
  // Clients keep connections between polls; closing one while a request is on its way would look like a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    throw new Error(`The emulator cannot listen on ${host}:${port}: give another port or host`, { cause });
  }
  return server;
}

/** The URL of a listening server, as clients on this machine reach it. */
export function baseUrlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

async function serve(
  parts: Parts,
  incoming: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  try {
    const body = await readBody(incoming, parts.settings.maxBodyBytes);
    const request = requestOf(incoming, body, id, await parts.settings.clock());
    await exchange(parts, request, response);
  } catch (error) {
    // Either the client has gone, and there is nobody to tell, or the clock that a test gave has failed.
    if (!response.destroyed) send(response, failure(error, id), id, Date.now());
  }
}

async function exchange(
  { api, rules, journal }: Parts,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const done: { work?: Work } = {};
  const proceed = () => (done.work ??= api.handle(request)).answer;
  const outcome = await decide(rules, request, proceed);
  const status = typeof outcome === 'object' ? outcome.status : null;
  const settle = () => done.work?.settle(status);
  // A request left without an answer holds its idempotency key until the client gives up.
  if (outcome === 'hang') response.once('close', settle);
  else settle();
  journal.add(entryOf(request, done.work, status));
  if (typeof outcome === 'object') send(response, outcome, request.id, request.now);
  else if (outcome !== 'hang') response.socket?.resetAndDestroy();
}

async function decide(rules: Rules, request: ApiRequest, proceed: () => Answer): Promise<RuleOutcome> {
  try {
    const ruled = await rules.decide(request, proceed);
    if (ruled === 'reset-after') proceed();
    if (ruled !== undefined) return ruled;
    const answer = proceed();
    return { ...answer, body: bodyOf(answer, request.id) };
  } catch (error) {
    return failure(error, request.id);
  }
}

function entryOf(request: ApiRequest, work: Work | undefined, status: number | null): JournalEntry {
  return {
    at: new Date(request.now).toISOString(),
    requestId: request.id,
    method: request.method,
    path: request.path,
    status,
    idempotencyKey: headerOf(request, 'idempotency-key') ?? null,
    jobId: work?.jobId ?? null,
    replayed: work?.replayed ?? false,
    rows: work?.rows ?? null,
  };
}

function send(response: ServerResponse, answer: RuleAnswer, requestId: string, now: number): void {
  const { status, headers = {}, body } = answer;
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  const all: Record<string, string | number> = {
    'x-request-id': requestId,
    date: new Date(now).toUTCString(),
    'content-length': Buffer.byteLength(text),
  };
  if (body !== undefined) all['content-type'] = 'application/json';
  for (const name in headers) all[name.toLowerCase()] = headers[name] ?? '';
  response.writeHead(status, all).end(text);
}

function failure(error: unknown, requestId: string): RuleAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  const answer = refuse(500, 'emulator_error', `The emulator's clock or a rule of it failed: ${reason}`);
  return { ...answer, body: bodyOf(answer, requestId) };
}

function requestOf(incoming: IncomingMessage, body: Buffer | null, id: string, now: number): ApiRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  return {
    id,
    method: incoming.method ?? '',
    path,
    query,
    headers: incoming.headers,
    bodyFits: body !== null,
    now,
    json: lazyJson(body ?? Buffer.alloc(0)),
  };
}

/** The whole body; null when it is larger than allowed. It is then still read to its end, since a client that is sending would not see the answer. */
async function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
  if (length === undefined && encoding === undefined) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
  }
  return size <= limitBytes ? Buffer.concat(chunks) : null;
}

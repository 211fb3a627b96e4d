import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { altered } from '../rules/alter';
import type { RuleAnswer, RuleOutcome, RuleRequest } from '../rules/rule';
import type { ActiveRule } from '../rules/rules';
import type { Api, Work } from './api';
import { bodyOf, refuse, type Answer } from './answers';
import { isLoopback, namesThisMachine } from './browser-guard';
import { Listener } from './listener';
import { lazyJson, type ApiRequest, type Route } from './request';
import { delay, send } from './send';

/** The parts of an API server. */
export interface Engine<E> {
  settings: { host: string; port: number; maxBodyBytes: number };
  clock: { now(headers: IncomingHttpHeaders): number | Promise<number> };
  rules: { decide(request: ApiRequest): ActiveRule | undefined };
  journal: { entries: readonly { requestId: string }[] };
  changes: { commit(): void };
  /** Adds a request to the journal. */
  record(entry: E): void;
}

interface Parts<R extends Route, W extends Work, E> {
  engine: Engine<E>;
  api: Api<R, W, E>;
  listener: Listener;
}

/** Serves the API as the settings say. Rejects, naming address and cause, if it cannot listen. */
export async function serveApi<R extends Route, W extends Work, E>(
  engine: Engine<E>,
  api: Api<R, W, E>,
): Promise<Listener> {
  const server = createServer((incoming, response) => {
    count += 1;
    void serve(parts, incoming, response, `${idPrefix}${count.toString(36).padStart(6, '0')}`);
  });
  // Continues after the ids of an earlier run with the same state. Its journal lacks requests without an answer.
  let count = engine.journal.entries.reduce((last, entry) => Math.max(last, numberOf(entry.requestId)), 0);
  const { host, port } = engine.settings;
  const parts: Parts<R, W, E> = { engine, api, listener: await Listener.open(server, host, port) };
  return parts.listener;
}

const idPrefix = 'req_';
const numberOf = (requestId: string): number => parseInt(requestId.slice(idPrefix.length), 36);

/** The answer to a page whose name resolves to this machine; not a request to the API, so not in the journal. */
const otherHost = refuse(
  403,
  'emulator_host',
  'Expected the host to be 127.0.0.1 or localhost, where the emulator listens; --host lets others in',
);

async function serve<R extends Route, W extends Work, E>(
  parts: Parts<R, W, E>,
  incoming: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  try {
    const body = await readBody(incoming, parts.engine.settings.maxBodyBytes);
    if (isLoopback(parts.engine.settings.host) && !namesThisMachine(incoming.headers)) {
      const answer = { ...otherHost, body: bodyOf(otherHost, id) };
      return await send(response, answer, { requestId: id, now: Date.now() });
    }
    const asked = parts.engine.clock.now(incoming.headers);
    // Awaited only if necessary: nothing may run between the clock and the answer.
    const request = requestOf(parts.api, incoming, body, id, typeof asked === 'number' ? asked : await asked);
    await exchange(parts, request, response);
  } catch (error) {
    // Either the client has disconnected, or the emulator has a bug.
    if (!response.destroyed && !response.headersSent) {
      await send(response, failure(error, id), { requestId: id, now: Date.now() });
    }
  }
}

async function exchange<R extends Route, W extends Work, E>(
  { engine, api, listener }: Parts<R, W, E>,
  request: ApiRequest<R>,
  response: ServerResponse,
): Promise<void> {
  const ruling = engine.rules.decide(request);
  const done: { work?: W } = {};
  const proceed = () => (done.work ??= api.handle(request, ruling?.rule)).answer;
  for (let waiting = api.ready(request); waiting !== undefined; waiting = api.ready(request)) await waiting;
  const outcome = await decide(ruling, request, proceed);
  const status = isAnswer(outcome) ? outcome.status : null;
  if (done.work === undefined && status !== null && status >= 500) api.fail(request);
  engine.changes.commit();

  const settle = () => done.work?.settle(status);
  const record = () => {
    engine.record(api.entryOf(request, done.work, { status, rule: ruling?.id ?? null }));
    engine.changes.commit();
  };
  if (outcome === 'hang') {
    // A request without an answer holds its idempotency key until the client gives up.
    response.once('close', () => {
      settle();
      engine.changes.commit();
    });
    return record();
  }
  const { delay: delayMs = 0, ...sending } = ruling?.rule.send ?? {};
  if (delayMs > 0) await delay(response, delayMs);
  settle();
  record();
  if (isAnswer(outcome)) return send(response, outcome, { requestId: request.id, now: request.now }, sending);
  response.socket?.resetAndDestroy();
  if (typeof outcome === 'object') listener.refuseFor(outcome.refuseFor);
}

async function decide(
  ruling: ActiveRule | undefined,
  request: ApiRequest,
  proceed: () => Answer,
): Promise<RuleOutcome> {
  try {
    const { respond, alter } = ruling?.rule ?? {};
    const ruled =
      typeof respond === 'function'
        ? await respond(ruleRequest(request, ruling?.met ?? 1, proceed))
        : respond;
    if (ruled === 'reset-after') proceed();
    if (ruled !== undefined) return ruled as RuleOutcome;
    const answer = proceed();
    const ordinary = { ...answer, body: bodyOf(answer, request.id) };
    return alter === undefined ? ordinary : altered(ordinary, alter, request.id);
  } catch (error) {
    return failure(error, request.id);
  }
}

function ruleRequest(request: ApiRequest, nth: number, proceed: () => Answer): RuleRequest {
  const headers = { ...request.headers };
  delete headers['x-api-key'];
  const { method, path, query } = request;
  const body = request.json();
  return {
    method,
    path,
    query,
    headers,
    body: body.valid ? body.value : undefined,
    nth,
    proceed: () => {
      const answer = proceed();
      return { status: answer.status, headers: { ...answer.headers }, body: bodyOf(answer, request.id) };
    },
  };
}

const isAnswer = (outcome: RuleOutcome): outcome is RuleAnswer =>
  typeof outcome === 'object' && 'status' in outcome;

function failure(error: unknown, requestId: string): RuleAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  const answer = refuse(
    500,
    'emulator_error',
    `The emulator's clock, a rule or its state file failed: ${reason}`,
  );
  return { ...answer, body: bodyOf(answer, requestId) };
}

function requestOf<R extends Route>(
  api: { routeOf(method: string, path: string): R | null },
  incoming: IncomingMessage,
  body: Buffer | null,
  id: string,
  now: number,
): ApiRequest<R> {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  const method = incoming.method ?? '';
  return {
    id,
    method,
    path,
    query,
    route: api.routeOf(method, path),
    headers: incoming.headers,
    body,
    now,
    json: lazyJson(body ?? Buffer.alloc(0)),
  };
}

/**
 * The whole body, or null if it is too large. It is read to its end in any case, because a client that is still sending
 * would not see the answer.
 */
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

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { PrismApi } from '../api';
import type { JournalEntry } from '../journal';
import { altered } from '../rules/alter';
import type { RuleAnswer, RuleOutcome, RuleRequest } from '../rules/rule';
import type { ActiveRule } from '../rules/rules';
import type { EmulatorState } from '../state';
import { bodyOf, refuse, type Answer } from './answers';
import { Listener } from './listener';
import { headerOf, lazyJson, type ApiRequest } from './request';
import { routeOf } from './router';
import { delay, send } from './send';
import type { Work } from './work';

interface Parts {
  state: EmulatorState;
  api: PrismApi;
  listener: Listener;
}

/** Serves the API as the settings say. Rejects, naming address and cause, when it cannot listen. */
export async function serveApi(state: EmulatorState, api: PrismApi): Promise<Listener> {
  const server = createServer((incoming, response) => {
    count += 1;
    void serve(parts, incoming, response, `${idPrefix}${count.toString(36).padStart(6, '0')}`);
  });
  // Ids of an earlier run of the same state are in its journal, which lacks those of requests that had no answer.
  let count = state.journal.entries.reduce((last, entry) => Math.max(last, numberOf(entry.requestId)), 0);
  const { host, port } = state.settings;
  const parts: Parts = { state, api, listener: await Listener.open(server, host, port) };
  return parts.listener;
}

const idPrefix = 'req_';
const numberOf = (requestId: string): number => parseInt(requestId.slice(idPrefix.length), 36);

async function serve(
  parts: Parts,
  incoming: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  try {
    const body = await readBody(incoming, parts.state.settings.maxBodyBytes);
    const asked = parts.state.clock.now();
    // Not awaited when it need not be: nothing may come between the clock and the answer.
    const request = requestOf(incoming, body, id, typeof asked === 'number' ? asked : await asked);
    await exchange(parts, request, response);
  } catch (error) {
    // Either the client has gone, and there is nobody to tell, or the emulator cannot do what it should.
    if (!response.destroyed && !response.headersSent) {
      await send(response, failure(error, id), { requestId: id, now: Date.now() });
    }
  }
}

async function exchange(
  { state, api, listener }: Parts,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const ruling = state.rules.decide(request);
  const done: { work?: Work } = {};
  const proceed = () => (done.work ??= api.handle(request, ruling?.rule.job)).answer;
  for (let waiting = api.ready(request); waiting !== undefined; waiting = api.ready(request)) await waiting;
  const outcome = await decide(ruling, request, proceed);
  const status = isAnswer(outcome) ? outcome.status : null;
  if (done.work === undefined && status !== null && status >= 500) api.fail(request);
  state.changes.commit();

  const settle = () => done.work?.settle(status);
  const record = () => {
    const entry = entryOf(request, done.work, status, ruling);
    state.journal.add(entry);
    state.changes.add({ type: 'request', entry });
    state.changes.commit();
  };
  if (outcome === 'hang') {
    // A request left without an answer holds its idempotency key until the client gives up.
    response.once('close', () => {
      settle();
      state.changes.commit();
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

function entryOf(
  request: ApiRequest,
  work: Work | undefined,
  status: number | null,
  ruling: ActiveRule | undefined,
): JournalEntry {
  const { route } = request;
  const retry = headerOf(request, 'x-stainless-retry-count');
  return {
    at: new Date(request.now).toISOString(),
    requestId: request.id,
    method: request.method,
    path: request.path,
    operation: route?.operation ?? null,
    teamId: route?.teamId ?? null,
    kind: route !== null && 'kind' in route ? route.kind : null,
    status,
    did: work?.did ?? 'nothing',
    idempotencyKey: headerOf(request, 'idempotency-key') ?? null,
    jobId: work?.jobId ?? null,
    rows: work?.rows ?? null,
    rule: ruling?.id ?? null,
    retry: retry !== undefined && /^\d{1,4}$/.test(retry) ? Number(retry) : null,
  };
}

function failure(error: unknown, requestId: string): RuleAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  const answer = refuse(
    500,
    'emulator_error',
    `The emulator's clock, a rule or its state file failed: ${reason}`,
  );
  return { ...answer, body: bodyOf(answer, requestId) };
}

function requestOf(incoming: IncomingMessage, body: Buffer | null, id: string, now: number): ApiRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  const method = incoming.method ?? '';
  return {
    id,
    method,
    path,
    query,
    route: routeOf(method, path),
    headers: incoming.headers,
    body,
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

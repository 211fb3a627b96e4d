import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Controller } from './controller';
import { comesFromElsewhere, namesThisMachine } from './http/browser-guard';
import { Listener } from './http/listener';
import type { MadeUpJob } from './prism/jobs/job';
import { parsed } from './parsed';
import type { RuleInput } from './rules/rule';

const longestBody = 64 * 1024 * 1024;

/** The index of the admin API, for people who open it in a browser. */
const index = {
  'GET /clock': 'the time of the clock',
  'PUT /clock': '{"time": "2026-11-23T09:00:00.000Z"}, {"advance": "2h"} or {"rate": 3600}',
  'GET /journal': 'requests as JSON lines; ?operation=import&status=202&since=… and so on',
  'GET /jobs': 'all jobs',
  'POST /jobs': 'create a job: {"teamId": …, "total": 100, "duration": "1h"}',
  'PATCH /jobs/ID': 'change fields of a job: {"status": "failed"}',
  'DELETE /jobs/ID': 'make a job answer 404',
  'GET /rules': 'all rules',
  'POST /rules': 'add a rule: {"operation": "status", "times": 2, "respond": {"status": 503}}',
  'DELETE /rules/ID': 'remove a rule',
  'GET /counts': 'records of each kind; ?teamId=…',
  'PUT /connections': '{"accept": false} refuses connections to the API, {"accept": true} accepts them again',
  'POST /reset': 'forget records, jobs, keys, counters, journal and added rules; the body is {}',
};

const moment = z.union([z.string(), z.number()]);
const clockSchema = z.union(
  [
    z.strictObject({ time: moment }),
    z.strictObject({ advance: moment }),
    z.strictObject({ rate: z.number() }),
  ],
  { error: 'one of {"time"}, {"advance"} and {"rate"}' },
);
const connectionsSchema = z.strictObject({ accept: z.boolean({ error: 'true or false' }) });
const patchSchema = z.record(z.string(), z.unknown(), { error: 'an object of fields' });

/** An error that the caller can fix; its message is sent. */
class AdminError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Serves the controller over HTTP, on this machine only. Refuses requests that name another host or that a page of
 * another site sends through a browser, and bodies that are not declared as JSON. Rejects if the port is taken.
 */
export async function serveAdmin(controller: Controller, port: number): Promise<Listener> {
  const server = createServer((request, response) => {
    void answer(controller, request).then(
      (result) => reply(response, 200, result),
      (error: unknown) => reply(response, statusOf(error), { error: (error as Error).message }),
    );
  });
  return Listener.open(server, '127.0.0.1', port);
}

async function answer(controller: Controller, request: IncomingMessage): Promise<unknown> {
  if (!namesThisMachine(request.headers)) {
    throw new AdminError(403, 'Expected the host to be 127.0.0.1 or localhost');
  }
  if (comesFromElsewhere(request.headers)) {
    throw new AdminError(403, 'Expected a request from this machine, not from a web page');
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, resource = '', item, ...more] = pathname.split('/').map(decodeURIComponent);
  const body = await bodyOf(request);
  const asked = `${request.method} /${resource}${item === undefined ? '' : '/ID'}`;
  if (more.length > 0) throw notThere(request);
  switch (asked) {
    case 'GET /':
      return index;
    case 'GET /clock':
      return clockView(controller);
    case 'PUT /clock':
      return turnClock(controller, body);
    case 'GET /journal':
      return controller.journalLines(Object.fromEntries(searchParams));
    case 'GET /jobs':
      return controller.jobs();
    case 'POST /jobs':
      return { id: await controller.createJob(body as MadeUpJob) };
    case 'PATCH /jobs/ID':
      return controller.setJob(item ?? '', parsed(patchSchema, body, 'job'));
    case 'DELETE /jobs/ID':
      return there(controller.deleteJob(item ?? ''), item);
    case 'GET /rules':
      return controller.rules();
    case 'POST /rules':
      return { id: controller.addRule(body as RuleInput).id };
    case 'DELETE /rules/ID':
      return there(controller.removeRule(item ?? ''), item);
    case 'GET /counts':
      return controller.counts(searchParams.get('teamId') ?? undefined);
    case 'PUT /connections':
      return parsed(connectionsSchema, body, 'connections').accept
        ? controller.acceptConnections()
        : controller.refuseConnections();
    case 'POST /reset':
      return controller.reset();
    default:
      throw notThere(request);
  }
}

async function clockView(controller: Controller) {
  return { time: new Date(await controller.now()).toISOString() };
}

async function turnClock(controller: Controller, body: unknown) {
  const change = parsed(clockSchema, body, 'clock');
  if ('time' in change) controller.setTime(change.time);
  else if ('advance' in change) controller.advance(change.advance);
  else controller.setRate(change.rate);
  return clockView(controller);
}

function there(found: boolean, item: string | undefined): void {
  if (!found) throw new AdminError(404, `There is no ${item}`);
}

const notThere = ({ method, url }: IncomingMessage) =>
  new AdminError(404, `There is no ${method} ${url}: GET / lists what there is`);

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'DELETE') return undefined;
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new AdminError(415, 'Expected the content type application/json');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new AdminError(413, `Expected at most ${longestBody} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new AdminError(400, 'Expected a body of JSON');
  }
}

function statusOf(error: unknown): number {
  if (error instanceof AdminError) return error.status;
  // The controller throws about its arguments, or about a job that does not exist.
  return 400;
}

function reply(response: ServerResponse, status: number, result: unknown): void {
  const text = typeof result === 'string' ? result : `${JSON.stringify(result ?? { ok: true }, null, 2)}\n`;
  const type = typeof result === 'string' ? 'application/x-ndjson' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

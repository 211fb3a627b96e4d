import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer as it goes over the wire, or what is done with the connection instead. */
export type WireAnswer =
  | { status?: number; headers?: OutgoingHttpHeaders; body?: string | Buffer }
  | ((response: ServerResponse, incoming: IncomingMessage) => void);

/** Stands before the API and gives other answers to requests whose path ends in a text. */
export interface Gate {
  url: string;
  /** Answers so from now on; null: as the API does. */
  answer(pathEnd: string, answer: WireAnswer | null): void;
  /** Answers requests with another key than this with the status from now on. */
  takeOnly(key: string, status: number): void;
  /** The keys that were sent since, each with whether it was taken. */
  keysSent(): { key: string; taken: boolean }[];
  close(): Promise<void>;
}

/** Starts a gate before the API at this address. */
export async function startGate(api: string): Promise<Gate> {
  const answers = new Map<string, WireAnswer>();
  const keysSent: ReturnType<Gate['keysSent']> = [];
  let only: { key: string; status: number } | null = null;
  const server = createServer({ maxHeaderSize: 1_000_000 }, (incoming, response) => {
    if (only !== null) {
      const key = String(incoming.headers['x-api-key']);
      const taken = key === only.key;
      keysSent.push({ key, taken });
      if (!taken) return give(refusalOf(key, only.status), response, incoming);
    }
    const path = (incoming.url ?? '').replace(/\?.*$/, '');
    for (const [end, answer] of answers) {
      if (!path.endsWith(end)) continue;
      response.on('error', () => undefined);
      incoming.resume().on('end', () => give(answer, response, incoming));
      return;
    }
    pass(api, incoming, response);
  });
  // A connection that ends between two requests would be an error of the neighbour's.
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    answer(end, answer) {
      if (answer === null) answers.delete(end);
      else answers.set(end, answer);
    },
    takeOnly(key, status) {
      only = { key, status };
      keysSent.length = 0;
    },
    keysSent: () => [...keysSent],
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const refusalOf = (key: string, status: number): WireAnswer => ({
  status,
  body: JSON.stringify({ error: { code: 'unauthorized', message: `no such key: ${key}` } }),
});

function give(answer: WireAnswer, response: ServerResponse, incoming: IncomingMessage): void {
  if (typeof answer === 'function') return answer(response, incoming);
  const { status = 200, headers = {}, body = '' } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

function pass(api: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const onward = request(`${api}${url}`, { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}

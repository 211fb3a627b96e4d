import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands before the emulator and keeps the bodies of requests as they were sent, digit for digit. */
export interface RecordingProxy {
  baseUrl: string;
  /** The bodies of import requests for a team, in order. */
  bodies(teamId: string): string[];
  close(): Promise<void>;
}

/** Starts a proxy on a free port. */
export async function startRecordingProxy(targetUrl: string): Promise<RecordingProxy> {
  const seen: { path: string; body: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => outgoing.destroy());
  });
  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const { method, headers, url = '/' } = incoming;
    if (method === 'POST') seen.push({ path: url, body });
    const onward = request(new URL(url, targetUrl), { method, headers });
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    onward.end(body);
    const [answer] = await answered;
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => outgoing.destroy()).pipe(outgoing);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: (teamId) => seen.filter(({ path }) => path.includes(`/${teamId}/`)).map(({ body }) => body),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { certificates } from './certificates';

/** A real proxy on loopback that accepts only CONNECT, and connects every host name to one port on loopback. */
export interface ConnectProxy {
  port: number;
  /** The requests it received: `host:port`, and the credentials, or null. */
  asked: { target: string; authorization: string | null }[];
  /** The server names of TLS through it; '' for none. */
  names: string[];
  /** Sets the status of the next answers; initially 200. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Starts the proxy, with TLS to itself if `tls`. */
export async function startConnectProxy(targetPort: number, { tls = false } = {}): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = [];
  const names: string[] = [];
  const sockets = new Set<Duplex>();
  let status = 200;
  const server = tls
    ? createTlsServer({
        cert: readFileSync(certificates.server.certificate),
        key: readFileSync(certificates.server.key),
      })
    : createServer();
  server.on('secureConnection', ({ servername }: TLSSocket) => names.push(servername || ''));
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    asked.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] ?? null });
    client.on('error', () => client.destroy());
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    names,
    answer: (next) => (status = next),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

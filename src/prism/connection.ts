import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** One pool of kept connections for reads, and fresh connections for writes. */
export interface Agents {
  kept: { httpAgent: http.Agent; httpsAgent: https.Agent };
  /**
   * A write gets a connection of its own: on a kept one that the server has just closed, nobody can tell whether the
   * request was carried out.
   */
  fresh: { httpAgent: http.Agent; httpsAgent: https.Agent };
}

/** The agents of one client. Not Node's global ones: they may be told by the environment to use a proxy. */
export function createAgents(): Agents {
  const kept = { keepAlive: true };
  return {
    kept: { httpAgent: new http.Agent(kept), httpsAgent: new https.Agent(kept) },
    fresh: { httpAgent: new http.Agent(), httpsAgent: new https.Agent() },
  };
}

/** Bytes of an answer's headers, whatever Node was started with. */
const maxHeaderSize = 16 * 1024;

/** Axios's `transport` for one request. */
export interface Transport {
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest;
  /** Whether a connection (with TLS: a secured one) was there, so that the request may have reached the server. */
  sent(): boolean;
  /** Bytes that have come on the connection since the request, packed as they were. */
  receivedBytes(): number;
}

/**
 * A transport that knows whether its request was sent, and that puts the headers on the request itself: axios copies
 * its own configuration, headers included, into every error, and its header object breaks on names like `set`.
 */
export function createTransport(tls: boolean, headers: Record<string, string>): Transport {
  let connected = false;
  let receivedBytes = () => 0;
  return {
    sent: () => connected,
    receivedBytes: () => receivedBytes(),
    request(options, onResponse) {
      const bounded = { ...options, maxHeaderSize, insecureHTTPParser: false };
      const request = tls ? https.request(bounded, onResponse) : http.request(bounded, onResponse);
      request.once('socket', (socket) => {
        const before = socket.bytesRead;
        receivedBytes = () => socket.bytesRead - before;
        if (!socket.connecting) connected = true;
        else socket.once(tls ? 'secureConnect' : 'connect', () => (connected = true));
      });
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      return request;
    },
  };
}

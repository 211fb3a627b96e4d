import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { createProxyAgents } from './proxy-agents';

/** A pool of kept-alive connections for reads, and fresh connections for writes. */
export interface Agents {
  kept: { httpAgent: http.Agent; httpsAgent: https.Agent };
  /**
   * Each write gets its own connection: if the server has just closed a kept one, nobody knows whether it executed the
   * request.
   */
  fresh: { httpAgent: http.Agent; httpsAgent: https.Agent };
}

/** How to reach the server, besides its address. */
export interface Route {
  /** The http or https URL of a proxy, with user name and password if required; null for none. */
  proxy: URL | null;
  /** PEM of a client certificate for the server, not for the proxy, and its key; null for none. */
  clientCertificate: { certificate: Buffer; key: Buffer } | null;
}

/** Time for a proxy to open the tunnel, in milliseconds. Nothing else ends this when the request is given up. */
const proxyTimeoutMs = 60_000;

/**
 * Creates the agents of one client. Node's global agents are not used, because the environment may give them a proxy. A
 * proxy opens a tunnel to the server by CONNECT, for plain HTTP too, so that the key passes only through the tunnel.
 */
export function createAgents({ proxy, clientCertificate }: Route): Agents {
  const tls = clientCertificate && { cert: clientCertificate.certificate, key: clientCertificate.key };
  const pair = (keepAlive: boolean) => {
    if (proxy === null) {
      return { httpAgent: new http.Agent({ keepAlive }), httpsAgent: new https.Agent({ keepAlive, ...tls }) };
    }
    return createProxyAgents(proxy, { keepAlive, timeout: proxyTimeoutMs }, tls ?? {});
  };
  return { kept: pair(true), fresh: pair(false) };
}

/** Connections with a completed TLS handshake. Those through a proxy are open before that. */
const secured = new WeakSet<object>();

/** Maximum bytes of an answer's headers, independent of Node's options. */
const maxHeaderSize = 16 * 1024;

/** Axios's `transport` for one request. */
export interface Transport {
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest;
  /** Whether there was a connection (for TLS: a secured one), so that the request may have reached the server. */
  sent(): boolean;
  /** Bytes received on the connection since the request, before unpacking. */
  receivedBytes(): number;
}

/**
 * Creates a transport that knows whether its request was sent, and that sets the headers on the request itself. Axios
 * would copy its configuration, including headers, into every error, and its header object fails on names like `set`.
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
        if (tls ? secured.has(socket) : !socket.connecting) connected = true;
        else {
          socket.once(tls ? 'secureConnect' : 'connect', () => {
            secured.add(socket);
            connected = true;
          });
        }
      });
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      return request;
    },
  };
}

import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { createProxyAgents } from './proxy-agents';

/** One pool of kept connections for reads, and fresh connections for writes. */
export interface Agents {
  kept: { httpAgent: http.Agent; httpsAgent: https.Agent };
  /**
   * A write gets a connection of its own: on a kept one that the server has just closed, nobody can tell whether the
   * request was carried out.
   */
  fresh: { httpAgent: http.Agent; httpsAgent: https.Agent };
}

/** What the way to the server takes besides an address. */
export interface Route {
  /** http or https URL of a proxy, with user name and password where it asks for them; null for none. */
  proxy: URL | null;
  /** PEM of a certificate that the server, not the proxy, is shown, with its key; null for none. */
  clientCertificate: { certificate: Buffer; key: Buffer } | null;
}

/** A proxy has so long to open the way, in milliseconds: nobody else ends that when the request is given up. */
const proxyTimeoutMs = 60_000;

/**
 * The agents of one client. Not Node's global ones: they may be told by the environment to use a proxy. A proxy is
 * asked by CONNECT for a way to the server, for plain HTTP too, so that the key passes only through what it opens.
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

/** Connections over which TLS is agreed: those through a proxy are open before it is. */
const secured = new WeakSet<object>();

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

import type { Agent, AgentOptions } from 'node:http';
import type { AgentOptions as TlsAgentOptions } from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { HttpProxyAgent, HttpsProxyAgent, type ProxyAgentRequestOptions } from 'hpagent';

/** The proxy opened no way to the server. The message says what it did, never with its credentials. */
export class ProxyError extends Error {
  override name = 'ProxyError';
  /** What to do, as a sentence. */
  readonly advice: string;
  /** The system's code, such as `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(cause: Error) {
    const [, status] = /^Bad response: (\d+)$/.exec(cause.message) ?? [];
    super(status === undefined ? `the proxy: ${cause.message}` : `the proxy refused (HTTP ${status})`, {
      cause,
    });
    this.code = (cause as NodeJS.ErrnoException).code;
    this.advice =
      status === undefined
        ? 'Check PRISM_PROXY and the network.'
        : status === '407'
          ? 'Set a user:password that it accepts in PRISM_PROXY, percent-encoded: http://user:password@host:port.'
          : 'Allow requests to this host on the proxy, or check PRISM_PROXY and MICRO_BASE_URL.';
  }
}

/** Agents for plain HTTP and for TLS that ask this proxy by CONNECT for every way. */
export function createProxyAgents(
  proxy: URL,
  options: AgentOptions,
  tls: Pick<TlsAgentOptions, 'cert' | 'key'>,
): { httpAgent: HttpProxyAgent; httpsAgent: HttpsProxyAgent } {
  const way = { ...options, ...wayTo(proxy) };
  return {
    httpAgent: adapt(new HttpProxyAgent(way)),
    httpsAgent: adapt(new HttpsProxyAgent({ ...way, ...tls })),
  };
}

type Connect = Agent['createConnection'];

/** Has the agent (hpagent 1.2.0) ask for IPv6 addresses in the form of RFC 9112, 3.2.3, and tell whose error it is. */
function adapt<T extends Agent>(agent: T): T {
  const connect: Connect = agent.createConnection.bind(agent);
  const adapted: Connect = (options, callback) =>
    connect(withBrackets(options), (error, stream) =>
      callback?.(error === null ? null : new ProxyError(error), stream),
    );
  return Object.assign(agent, { createConnection: adapted });
}

/** In brackets the host is no address any more that a certificate could be compared with. */
function withBrackets(options: Parameters<Connect>[0]): Parameters<Connect>[0] {
  const { host } = options;
  if (typeof host !== 'string' || !isIPv6(host)) return options;
  const identity = {
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate),
  };
  return { ...options, ...identity, host: `[${host}]` };
}

/** What hpagent hands on to Node's `request`, which its types do not say. */
type RequestOptions = ProxyAgentRequestOptions & { servername: string };

/**
 * A proxy as hpagent (1.2.0) reads it. It would look up an IPv6 address in brackets as a name, and to a proxy of
 * `https:` it sends its host as the name that TLS is to be spoken with, which an address must not be (RFC 6066, 3): so
 * such a proxy has another protocol, which it knows nothing of and speaks TLS to, and no name.
 */
function wayTo(proxy: URL): { proxy: URL; proxyRequestOptions?: RequestOptions } {
  const hostname = proxy.hostname.replace(/^\[|\]$/g, '');
  if (isIP(hostname) === 0) return { proxy };
  const read = Object.defineProperty(new URL(proxy), 'hostname', { value: hostname });
  if (proxy.protocol !== 'https:') return { proxy: read };
  return {
    proxy: Object.defineProperty(read, 'protocol', { value: 'tls:' }),
    proxyRequestOptions: { servername: '' },
  };
}

import type { Agent, AgentOptions } from 'node:http';
import type { AgentOptions as TlsAgentOptions } from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { HttpProxyAgent, HttpsProxyAgent, type ProxyAgentRequestOptions } from 'hpagent';

/** The proxy did not open a tunnel to the server. The message says what it did, without its credentials. */
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

/** Agents for plain HTTP and for TLS that open every tunnel through this proxy by CONNECT. */
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

/** Makes the agent (hpagent 1.2.0) write IPv6 addresses as in RFC 9112, 3.2.3, and mark errors of the proxy as such. */
function adapt<T extends Agent>(agent: T): T {
  const connect: Connect = agent.createConnection.bind(agent);
  const adapted: Connect = (options, callback) =>
    connect(withBrackets(options), (error, stream) =>
      callback?.(error === null ? null : new ProxyError(error), stream),
    );
  return Object.assign(agent, { createConnection: adapted });
}

/** In brackets, the host would not be an address to compare with a certificate. */
function withBrackets(options: Parameters<Connect>[0]): Parameters<Connect>[0] {
  const { host } = options;
  if (typeof host !== 'string' || !isIPv6(host)) return options;
  const identity = {
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate),
  };
  return { ...options, ...identity, host: `[${host}]` };
}

/** Options that hpagent passes on to Node's `request`, which its types omit. */
type RequestOptions = ProxyAgentRequestOptions & { servername: string };

/**
 * A proxy in the form that hpagent (1.2.0) handles. It would look up an IPv6 address in brackets as a name. For an
 * `https:` proxy, it sends the proxy's host as the TLS server name, which must not be an address (RFC 6066, 3). Such a
 * proxy therefore gets a protocol that hpagent does not know, to which it speaks TLS, and no name.
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

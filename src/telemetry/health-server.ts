import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** A running health endpoint. */
export interface HealthServer {
  /** Closes the endpoint and all its connections. */
  close(): Promise<void>;
}

/**
 * Answers `GET /live` with 200 while the process serves, and `GET /ready` with 200 while `reasonsNotReady` is empty,
 * else with 503. The body is JSON, `{status, reasons}`. Rejects, naming `PRISM_HEALTH_ADDRESS`, if it cannot listen at
 * `host:port`.
 */
export async function startHealthServer(
  address: string,
  reasonsNotReady: () => string[],
): Promise<HealthServer> {
  const server = createServer(({ method, url = '' }, response) => {
    const [path] = url.split('?');
    if (method !== 'GET' && method !== 'HEAD') answer(response, 405, 'only GET is answered here');
    else if (path === '/live') answer(response, 200);
    else if (path === '/ready') {
      const reasons = reasonsNotReady();
      answer(response, reasons.length === 0 ? 200 : 503, ...reasons);
    } else answer(response, 404, 'there are /live and /ready');
  });
  const port = address.slice(address.lastIndexOf(':') + 1);
  const host = address.slice(0, -port.length - 1).replace(/^\[|\]$/g, '');
  server.listen(Number(port), host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`PRISM_HEALTH_ADDRESS: nothing can listen at ${address}: ${message}`, { cause: error });
  }
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, status: number, ...reasons: string[]): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ status: status === 200 ? 'ok' : 'unavailable', reasons }));
}

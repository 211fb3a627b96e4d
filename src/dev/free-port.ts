import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Where free ports are searched: below the range from which systems give ports to outgoing connections (on Linux from
 * 32768, `ip_local_port_range`; IANA's dynamic ports start at 49152). In that range, a port that was free a second ago
 * is often taken when its program binds it.
 */
const [firstPort, lastPort] = [10_000, 32_767];
const maxTries = 50;

/** Returns the preferred port of the loopback address if it is free, else any free one. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    if (await isFree(port)) return port;
  }
  return listenOnce(0);
}

const isFree = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  );

/** Binds a port, 0 for any free one, and releases it; returns its number. Rejects if it is taken. */
async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return bound;
}

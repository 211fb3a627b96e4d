import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../../src/dev/free-port';

test('a preferred port is returned if it is free, else one that no outgoing connection gets', async () => {
  const server = createServer().listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const other = await freePort(port);
  expect(other).not.toBe(port);
  expect(other).toBeGreaterThanOrEqual(10_000);
  expect(other).toBeLessThan(32_768);
  server.close();
  await once(server, 'close');
  expect(await freePort(port)).toBe(port);
});

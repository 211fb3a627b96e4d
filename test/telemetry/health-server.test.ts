import { freePort } from '../../src/dev/free-port';
import { startHealthServer, type HealthServer } from '../../src/telemetry/health-server';

let server: HealthServer;
let reasons: string[] = [];
let url: string;

beforeEach(async () => {
  reasons = [];
  const port = await freePort();
  server = await startHealthServer(`127.0.0.1:${port}`, () => reasons);
  url = `http://127.0.0.1:${port}`;
});
afterEach(() => server.close());

test('a process that is not ready says why, and lives', async () => {
  reasons = ['one', 'another'];
  const ready = await fetch(`${url}/ready`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get('content-type')).toBe('application/json');
  expect(await ready.json()).toEqual({ status: 'unavailable', reasons });
  expect((await fetch(`${url}/live`)).status).toBe(200);
  reasons = [];
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('only GET and HEAD are answered', async () => {
  expect((await fetch(`${url}/live`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/live`, { method: 'HEAD' })).status).toBe(200);
});

test('a port that is taken is refused by the name of the variable', async () => {
  const address = url.replace('http://', '');
  await expect(startHealthServer(address, () => [])).rejects.toThrow(
    `PRISM_HEALTH_ADDRESS: nothing can listen at ${address}`,
  );
});

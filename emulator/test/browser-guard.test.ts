import { request as httpRequest } from 'node:http';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from '../src';
import { root, team } from './support/client';

let emulator: PrismEmulator;
afterEach(() => emulator.close());

async function open(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startPrismEmulator({ adminPort: 0, ...options });
  await emulator.controller.createJob({ teamId: team, jobId: 'imp-1', total: 10 });
}

/** Sends a request whose `Host` and other headers are as a browser might be made to send them. */
function ask(url: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const request = httpRequest(url, { method, headers: { 'x-api-key': 'any', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => resolve({ status: response.statusCode, text }));
    });
    request.once('error', reject).end(method === 'GET' ? undefined : '{}');
  });
}

const job = () => `${emulator.baseUrl}${root}/imports/imp-1`;
const admin = (path: string) => `${emulator.adminUrl}${path}`;

test.each([
  '127.0.0.1',
  '127.0.0.1:8787',
  '127.8.9.10',
  'localhost',
  'LOCALHOST:8787',
  'app.localhost:1',
  '[::1]:8787',
])('on loopback the API answers a request to %s', async (host) => {
  await open();
  expect((await ask(job(), { host })).status).toBe(200);
});

test.each([
  'rebound.example',
  'rebound.example:8787',
  '127.0.0.1.rebound.example',
  'localhost.rebound.example',
  'notlocalhost',
  '10.0.0.1',
  '0.0.0.0',
  '[::2]:1',
])('on loopback the API refuses a request to "%s", and does not take it into the journal', async (host) => {
  await open();
  const { status, text } = await ask(job(), { host });
  expect({ status, error: JSON.parse(text) as unknown }).toMatchObject({
    status: 403,
    error: { error: { code: 'emulator_host', message: expect.stringContaining('--host') as string } },
  });
  expect(emulator.controller.journal).toEqual([]);
});

test('on another address the API answers whatever host is named', async () => {
  await open({ host: '0.0.0.0' });
  expect((await ask(job(), { host: 'emulator:8787' })).status).toBe(200);
});

test.each([
  { origin: 'https://elsewhere.example' },
  { origin: 'null' },
  { origin: 'http://localhost.elsewhere.example' },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
])('the admin API refuses what a page from elsewhere sends: %j', async (headers) => {
  await open();
  const json = { 'content-type': 'application/json' };
  expect((await ask(admin('/reset'), { ...json, ...headers }, 'POST')).status).toBe(403);
  expect((await ask(admin('/jobs'), headers)).status).toBe(403);
  expect(await emulator.controller.jobs()).toHaveLength(1);
});

test.each([
  {},
  { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
  { origin: 'http://127.0.0.1:8788', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
])('the admin API answers this machine: %j', async (headers) => {
  await open();
  expect((await ask(admin('/jobs'), headers)).status).toBe(200);
});

import { createServer, type AddressInfo } from 'node:net';
import { classifyRead, classifyWrite } from '../../src/ports/prism-error';
import type { PrismOptions } from '../../src/prism/http';
import { reply, startScriptedServer, type Script, type ScriptedServer } from '../support/scripted-server';
import { prismErrorOf, secretImport, secretiveClient } from '../support/secretive-client';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const client = (options?: Partial<PrismOptions>) => secretiveClient(server, options);
const readError = (options?: Partial<PrismOptions>) => prismErrorOf(client(options).getImport('t', 'j'));
const writeError = (options?: Partial<PrismOptions>) =>
  prismErrorOf(client(options).startImport(secretImport));

describe('no answer', () => {
  test('from a closed port was never sent', async () => {
    const closed = await startScriptedServer();
    await closed.close();
    const error = await writeError({ baseUrl: closed.url });
    expect(error.facts).toMatchObject({ problem: 'unreachable', sent: false });
    expect(error.message).toMatch(/no connection to http:\/\/127.0.0.1:\d+: .*ECONNREFUSED.*MICRO_BASE_URL/);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
    expect(classifyWrite(error).type).toBe('PrismUnavailable');
  });

  test('from a name that does not exist was never sent', async () => {
    const error = await writeError({ baseUrl: 'http://no-such-host.invalid' });
    expect(error.facts).toMatchObject({ problem: 'unreachable', sent: false });
  });

  test('from a server that speaks no TLS was never sent', async () => {
    const error = await writeError({ baseUrl: server.url.replace('http:', 'https:') });
    expect(error.facts).toMatchObject({ problem: 'unreachable', sent: false });
    expect(server.requests).toHaveLength(0);
  });

  test('when the connection is dropped after the request leaves a write unclear', async () => {
    server.answer((response) => response.destroy());
    expect((await readError()).facts).toMatchObject({ problem: 'interrupted', sent: true, status: null });
    expect(classifyWrite(await writeError()).type).toBe('PrismUnclear');
  });

  test('when a 2xx breaks off leaves a write unclear', async () => {
    server.answer((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"job_id":"j"');
      setImmediate(() => response.destroy());
    });
    expect(classifyRead(await readError()).type).toBe('PrismUnavailable');
    expect(classifyWrite(await writeError()).type).toBe('PrismUnclear');
  });

  test('that is HTTP is a lost answer', async () => {
    const nonsense = createServer((socket) => socket.end('SSH-2.0-none\r\n'));
    await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = nonsense.address() as AddressInfo;
      const error = await readError({ baseUrl: `http://127.0.0.1:${port}` });
      expect(classifyRead(error).type).toBe('PrismUnavailable');
    } finally {
      nonsense.close();
    }
  });

  test.each<[string, Script]>([
    ['before the headers', () => undefined],
    ['in the middle of the body', (response) => void response.write('{')],
    [
      'drip by drip',
      (response) => {
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('in time, stuck %s, ends by the deadline', async (_, script) => {
    server.answer(script);
    const error = await readError({ timeoutMs: 150 });
    expect(error.facts).toMatchObject({ problem: 'timeout', sent: true });
    expect(error.message).toContain('within 150 ms');
    expect(classifyWrite(await writeError({ timeoutMs: 150 })).type).toBe('PrismUnclear');
  });
});

describe('a request that cannot be made', () => {
  test.each(['.', '..', '', '\ud800'])('for the id %j never leaves: no URL can carry it', async (id) => {
    const asJob = await prismErrorOf(client().getImport('t', id));
    const asTeam = await prismErrorOf(client().startImport({ ...secretImport, teamId: id }));
    expect(asJob.message).toContain('cannot be a part of a URL');
    expect(classifyRead(asJob).type).toBe('PrismInvalidRequest');
    expect(classifyWrite(asTeam).type).toBe('PrismInvalidRequest');
    expect(server.requests).toHaveLength(0);
  });

  test.each(['', 'line\nbreak', 'sk-→'])('with the key %j never leaves', async (apiKey) => {
    const error = await readError({ apiKey });
    expect(error.message).toContain('MICRO_API_KEY');
    expect(classifyRead(error).type).toBe('PrismUnauthorized');
    expect(server.connections()).toBe(0);
  });

  test('with an idempotency key that no header can carry never leaves', async () => {
    const error = await prismErrorOf(client().startImport({ ...secretImport, idempotencyKey: 'a\nb' }));
    expect(classifyWrite(error).type).toBe('PrismInvalidRequest');
    expect(server.connections()).toBe(0);
  });
});

describe('an aborted signal', () => {
  const reason = new Error('stop');
  test('rejects with its reason before anything is sent', async () => {
    await expect(client().getImport('t', 'j', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.connections()).toBe(0);
  });

  test.each<[string, (response: Parameters<Script>[0]) => void]>([
    ['the headers', () => undefined],
    ['the rest of the body', (response) => void response.write('{')],
    ['the rest of an error', (response) => void response.writeHead(500).write('{')],
  ])('rejects at once and closes the connection while waiting for %s', async (_, hang) => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.answer((response) => {
        response.on('close', resolve);
        hang(response);
        setTimeout(() => controller.abort(reason), 20);
      });
    });
    const startMs = performance.now();
    await expect(client().getImport('t', 'j', controller.signal)).rejects.toBe(reason);
    await closed;
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  test('rejects at once while waiting for its turn', async () => {
    server.answer(reply(200, { status: 'processing' }));
    const api = client({ requestsPerSecond: 0.01 });
    await api.getImport('t', 'j');
    const controller = new AbortController();
    const waiting = api.getImport('t', 'j', controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });
});

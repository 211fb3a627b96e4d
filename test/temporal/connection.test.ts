import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { connectClient, refusalAfter } from '../../src/temporal/connection';
import { TemporalProblem } from '../../src/temporal/problem';
import { startDevServer } from '../support/temporal';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startDevServer();
});
afterAll(() => server?.teardown());

const settings = (address: string, namespace = 'default') => ({
  address,
  namespace,
  connectionOptions: () => ({}),
});

test('connects to the namespace', async () => {
  const client = await connectClient(settings(server.address));
  expect(client.options.namespace).toBe('default');
  await client.connection.close();
});

test('a namespace that is not there is named, with the command that creates it', async () => {
  const problem = connectClient(settings(server.address, 'elsewhere'));
  await expect(problem).rejects.toBeInstanceOf(TemporalProblem);
  await expect(problem).rejects.toThrow(/has no namespace "elsewhere".*temporal operator namespace create/);
});

test('an address where nobody listens is named', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  await expect(connectClient(settings(`127.0.0.1:${port}`))).rejects.toThrow(
    `Temporal at 127.0.0.1:${port} cannot be reached`,
  );
});

test('what a worker failed with is replaced only if the server refuses the namespace', async () => {
  const failure = new Error('the worker failed');
  const refusal = await refusalAfter(settings(server.address, 'elsewhere'), failure);
  expect(refusal?.message).toContain('has no namespace "elsewhere"');
  expect(refusal?.cause).toBe(failure);
  expect(await refusalAfter(settings(server.address), failure)).toBeNull();
  expect(await refusalAfter(settings('127.0.0.1:1'), failure)).toBeNull();
  const broken = { ...settings(server.address), connectionOptions: () => ({ tls: 'wrong' as never }) };
  expect(await refusalAfter(broken, failure)).toBeNull();
});

test('a server that never answers is given up', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    await expect(connectClient(settings(`127.0.0.1:${port}`))).rejects.toThrow('cannot be reached');
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});

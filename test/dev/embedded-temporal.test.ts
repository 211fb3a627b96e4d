import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedTemporal } from '../../src/dev/embedded-temporal';
import { temporalCli } from '../../src/dev/temporal-cli';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-temporal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a server that is killed is lost', async () => {
  const server = await startEmbeddedTemporal(await temporalCli(), join(folder, 'temporal.log'));
  try {
    process.kill(server.pid, 'SIGKILL');
    await expect(server.lost).rejects.toThrow('The embedded Temporal server has ended (SIGKILL)');
  } finally {
    await server.stop();
  }
});

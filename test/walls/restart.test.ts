import { leaksOf, startWallSite, type WallSite } from './support/site';
import { rawPayload, signalRaw } from './support/raw-messages';
import { startVictim } from './support/victims';

let site: WallSite;
beforeAll(async () => {
  site = await startWallSite();
});
afterAll(async () => {
  await site?.close();
});

test('a worker that takes over what was sent to another reads no more of it than that one did', async () => {
  const victims = await Promise.all([startVictim(site), startVictim(site)]);
  const fields = Array.from({ length: 180_000 }, (_, index) => `"k${index}":1`).join();
  const hostile = [
    rawPayload(`{${fields}}`, { encoding: 'json/plain' }),
    rawPayload('x', { encoding: 'binary/encrypted' }),
    rawPayload('{"workflowId":"nobody"}'),
  ];
  for (const { handle } of victims) {
    for (let sent = 0; sent < 8; sent += 1) {
      for (const payload of hostile) await signalRaw(site, handle.workflowId, 'subscribe', [payload]);
    }
  }
  await site.restartWorker();
  for (const victim of victims) {
    const { status, tracking } = await victim.finish();
    expect([status, tracking.undelivered]).toEqual(['complete', []]);
  }
  expect(site.worker.isRunning()).toBe(true);
  expect(await leaksOf(site)).toEqual([]);
});

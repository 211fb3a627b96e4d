import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { leaksOf, startWallSite, type WallSite } from './support/site';
import { startVictim } from './support/victims';

const folder = mkdtempSync(join(tmpdir(), 'prism-rotation-'));
const keyFile = join(folder, 'key');
/** As Kubernetes and careful scripts do it: whole, by renaming. */
const writeKey = (key: string) => {
  writeFileSync(`${keyFile}.next`, `${key}\n`);
  renameSync(`${keyFile}.next`, keyFile);
};
/** `marked`, so that one that is shown is found. */
const keys = ['mk-marked-key-first', 'mk-marked-key-second', 'mk-marked-key-third'] as const;

let site: WallSite;
beforeAll(async () => {
  writeKey(keys[0]);
  site = await startWallSite({ environment: { MICRO_API_KEY: '', MICRO_API_KEY_FILE: keyFile } });
});
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true });
});

test.each([
  { status: 401, from: keys[0], to: keys[1] },
  { status: 403, from: keys[1], to: keys[2] },
])(
  'a key exchanged while an import is tracked is used on the first $status',
  async ({ status, from, to }) => {
    const { gate, worker } = site;
    const { pid } = worker;
    gate.takeOnly(from, status);
    const victim = await startVictim(site);
    expect(gate.keysSent().every(({ taken }) => taken)).toBe(true);
    gate.takeOnly(to, status);
    writeKey(to);
    await until(() => gate.keysSent().filter(({ taken }) => taken).length >= 3);
    // One request was refused and repeated at once; none after it.
    expect(gate.keysSent().slice(0, 2)).toEqual([
      { key: from, taken: false },
      { key: to, taken: true },
    ]);
    expect(gate.keysSent().filter(({ taken }) => !taken)).toHaveLength(1);
    const outcome = await victim.finish();
    expect(outcome.status).toBe('complete');
    expect([worker.isRunning(), site.worker.pid]).toEqual([true, pid]);
    expect(await leaksOf(site)).toEqual([]);
  },
);

import { startNeighbour } from './neighbour';
import { leaksOf, startWallSite, type WallSite, type WallSiteOptions } from './site';

/** An attack: it is made, and its victim is seen to end, or to go on, with a clear word. */
export interface Attack {
  name: string;
  attack: (site: WallSite) => Promise<void>;
}

/** Makes an attack with a neighbour beside it: the worker lives on, and the neighbour's imports end as ever. */
export async function expectUnharmed(
  site: WallSite,
  attack: (site: WallSite) => Promise<void>,
): Promise<void> {
  const neighbour = await startNeighbour(site);
  await attack(site);
  expect(await neighbour.harm()).toEqual([]);
  expect(site.worker.isRunning()).toBe(true);
}

/** Makes each attack a test, and looks last for private data in all that can be seen. */
export function testAttacks(attacks: readonly Attack[], options: WallSiteOptions = {}): void {
  let site: WallSite;
  beforeAll(async () => {
    site = await startWallSite(options);
  });
  afterAll(async () => {
    await site?.close();
  });

  test.each(attacks)('$name', ({ attack }) => expectUnharmed(site, attack));

  test('nothing private is in a history, a list, the log or the metrics', async () => {
    expect(await leaksOf(site)).toEqual([]);
  });
}

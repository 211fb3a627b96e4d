import { outOfTime, startNeighbour } from './neighbour';
import { leaksOf, startWallSite, type WallSite, type WallSiteOptions } from './site';

/** Attacks by what they are: each is made, and its victim is seen to end, or to go on, with a clear word. */
export type Attacks = Record<string, (site: WallSite) => Promise<void>>;

/** So long an attack and the end of its victim may take; more is no end. */
const attackLimitMs = 240_000;
/** How often an attack may be made: what holds a neighbour up holds it up every time, a busy machine does not. */
const maxTries = 3;
/** A busy machine is no failure: only a victim that never ends is. */
const testLimitMs = maxTries * 300_000;

/**
 * Makes an attack with a neighbour beside it: the worker lives on, and the neighbour's imports end as ever. An attack
 * beside which tasks of the neighbour only ran out of time is made again.
 */
export async function expectUnharmed(
  site: WallSite,
  attack: (site: WallSite) => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const harm = await harmOf(site, attack);
    const isOnlyLate = harm.length > 0 && harm.every((trouble) => trouble.includes(outOfTime));
    if (isOnlyLate && tries < maxTries) continue;
    expect(harm).toEqual([]);
    expect(site.worker.isRunning()).toBe(true);
    return;
  }
}

async function harmOf(site: WallSite, attack: (site: WallSite) => Promise<void>): Promise<string[]> {
  const { crashed } = site.worker;
  const neighbour = await Promise.race([startNeighbour(site), crashed]);
  await Promise.race([attack(site), crashed]);
  return Promise.race([neighbour.harm(), crashed]);
}

/** Makes attacks all at once; rejects with the names of those that went otherwise than they must, and how. */
async function makeAll(site: WallSite, attacks: Attacks): Promise<void> {
  const names = Object.keys(attacks);
  const ends = await Promise.allSettled(names.map((name) => limited(attacks[name]?.(site))));
  const failures = ends.flatMap((end, index) =>
    end.status === 'fulfilled' ? [] : [`${names[index]}: ${inWords(end.reason)}`],
  );
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
}

function inWords(reason: unknown): string {
  const messages: string[] = [];
  for (let error = reason; error instanceof Error; error = error.cause)
    messages.push(error.message.slice(0, 1000));
  const { stack = '' } = reason as Partial<Error>;
  return `${messages.join(': ')} ${/walls\/[\w-]+\.test\.ts:\d+/.exec(stack)?.[0] ?? ''}`;
}

async function limited(attack: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('its victim does not end')), attackLimitMs);
  });
  try {
    await Promise.race([attack, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes each wave of attacks a test, all of a wave at once with one neighbour beside them, and looks last for private
 * data in all that can be seen.
 */
export function testWaves(waves: Record<string, Attacks>, options: WallSiteOptions = {}): void {
  let site: WallSite;
  beforeAll(async () => {
    site = await startWallSite(options);
  });
  afterAll(async () => {
    await site?.close();
  });

  test.each(Object.entries(waves))(
    '%s',
    (_, attacks) => expectUnharmed(site, (attacked) => makeAll(attacked, attacks)),
    testLimitMs,
  );

  test('nothing private is in a history, a list, the log or the metrics', async () => {
    expect(await leaksOf(site)).toEqual([]);
  });
}

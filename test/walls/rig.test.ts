import { until } from '../support/until';
import { expectUnharmed } from './support/behind-the-wall';
import { outOfTime, troubles } from './support/neighbour';
import { leaksIn, privateData } from './support/private-data';
import { leaksOf, startWallSite, type WallSite } from './support/site';

let site: WallSite;
beforeAll(async () => {
  site = await startWallSite();
});
afterAll(async () => {
  await site?.close();
});

test('a neighbour of nobody is unharmed, and nothing private is shown', async () => {
  await expectUnharmed(site, () => Promise.resolve());
  expect(await leaksOf(site)).toEqual([]);
});

test('a neighbour whose worker stands still for longer than a task may take, every time, is harmed', async () => {
  let attacks = 0;
  const standStill = async () => {
    attacks += 1;
    const pid = site.worker.pid ?? 0;
    const before = (await troubles(site.env, 'neighbour-')).length;
    process.kill(pid, 'SIGSTOP');
    try {
      await until(async () => (await troubles(site.env, 'neighbour-')).length > before);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  };
  await expect(expectUnharmed(site, standStill)).rejects.toThrow(outOfTime);
  expect(attacks).toBe(3);
}, 600_000);

test.each([
  ['as it is', (text: string) => Buffer.from(text)],
  ['in UTF-16', (text: string) => Buffer.from(text, 'utf16le')],
  ['in base64', (text: string) => Buffer.from(Buffer.from(`x${text}`).toString('base64'))],
  ['in hexadecimal', (text: string) => Buffer.from(Buffer.from(text).toString('hex'))],
])('private data is found %s', (_, encode) => {
  for (const text of Object.values(privateData)) {
    expect(leaksIn(encode(`before ${text} after`).toString('latin1'))).toContain(text);
  }
});

import { type EmulatorOptions } from '../src';
import { benches, organizations, root, team, type Bench } from './support/client';

const bench = benches();
const otherTeam = '11111111-2222-4333-8444-555555555555';
const count = (teamId: string) => `/v2/prism/${teamId}/deal/count`;

/** The status, and `Retry-After` with it, of a request of this key. */
async function ask({ get }: Bench, key: string, path = count(team)): Promise<string> {
  const { status, headers } = await get(path, { 'x-api-key': key });
  return [status, headers.get('retry-after') ?? []].flat().join(' ');
}

describe('keys that have their own teams', () => {
  const apiKey = { one: [team], both: [team, otherTeam], none: [] };

  test.each<{ options: EmulatorOptions; key: string; statuses: string[] }>([
    { options: { apiKey }, key: 'one', statuses: ['200', '403'] },
    { options: { apiKey }, key: 'both', statuses: ['200', '200'] },
    { options: { apiKey }, key: 'none', statuses: ['403', '403'] },
    { options: { apiKey }, key: 'unknown', statuses: ['403', '403'] },
    { options: { apiKey }, key: '', statuses: ['401', '401'] },
    { options: { apiKey, teams: [otherTeam] }, key: 'both', statuses: ['403', '200'] },
    { options: { apiKey, teams: [otherTeam] }, key: 'one', statuses: ['403', '403'] },
  ])('with $options the key "$key" gets $statuses', async ({ options, key, statuses }) => {
    const b = await bench(options);
    expect([await ask(b, key), await ask(b, key, count(otherTeam))]).toEqual(statuses);
  });

  test('neither launch nor see jobs of another', async () => {
    const { post, get, emulator } = await bench({ apiKey });
    const launched = await post(`${root}/deal/import`, organizations(100, {}), { 'x-api-key': 'both' });
    const job = `/imports/${String(launched.body['job_id'])}`;
    expect((await get(root + job, { 'x-api-key': 'one' })).status).toBe(200);
    expect((await get(root + job, { 'x-api-key': 'none' })).status).toBe(403);
    expect((await get(`/v2/prism/${otherTeam}${job}`, { 'x-api-key': 'both' })).status).toBe(404);
    const refused = await post(`${root}/deal/import`, organizations(5, {}), { 'x-api-key': 'none' });
    expect(refused.status).toBe(403);
    expect(emulator.controller.counts().deal).toBe(100);
  });
});

describe('the quota of a month', () => {
  // The clock of a bench stands at nine on the 23rd of November.
  const untilDecember = 7 * 86_400 + 15 * 3600;
  const december = Date.UTC(2026, 11, 1);

  test('is counted by key, and is 429 until the month is over', async () => {
    const b = await bench({ requestsPerMonth: 2 });
    const asked = [await ask(b, 'a'), await ask(b, 'a'), await ask(b, 'a'), await ask(b, 'b')];
    expect(asked).toEqual(['200', '200', `429 ${untilDecember}`, '200']);
    b.clock.now = december - 1;
    expect(await ask(b, 'a')).toBe('429 1');
    b.clock.now = december;
    expect([await ask(b, 'a'), await ask(b, 'a'), await ask(b, 'a')]).toEqual([
      '200',
      '200',
      `429 ${31 * 86_400}`,
    ]);
  });

  test('goes on to January after December', async () => {
    const b = await bench({ requestsPerMonth: 0 });
    b.clock.now = Date.UTC(2026, 11, 31, 23, 59);
    expect(await ask(b, 'a')).toBe('429 60');
  });

  test('is used up by answers of every kind, but not by 429 and by keys that are not valid', async () => {
    const b = await bench({ requestsPerMonth: 3, requestsPerSecond: 2, apiKey: ['a'] });
    const asked = [await ask(b, 'x'), await ask(b, ''), await ask(b, 'a', `${root}/imports/none`)];
    asked.push(await ask(b, 'a', '/v1'), await ask(b, 'a'), await ask(b, 'a'));
    expect(asked).toEqual(['403', '401', '404', '404', '429 1', '429 1']);
    b.clock.now += 1000;
    expect([await ask(b, 'a'), await ask(b, 'a')]).toEqual(['200', `429 ${untilDecember - 1}`]);
  });

  test('refuses an import before anything is done, and its key stays free', async () => {
    const b = await bench({ requestsPerSecond: 1 });
    const key = { 'idempotency-key': 'k' };
    await ask(b, 'test-key');
    expect((await b.post(`${root}/deal/import`, organizations(2, {}), key)).status).toBe(429);
    b.clock.now += 1000;
    const { status, headers } = await b.post(`${root}/deal/import`, organizations(2, {}), key);
    expect([status, headers.get('idempotent-replay')]).toEqual([200, null]);
    expect(b.emulator.controller.counts().deal).toBe(2);
  });

  test.each<EmulatorOptions>([{}, { requestsPerMonth: null, requestsPerSecond: null }])(
    'has no end with %j',
    async (options) => {
      const b = await bench(options);
      const asked = new Set<string>();
      for (let n = 0; n < 30; n++) asked.add(await ask(b, 'a'));
      expect([...asked]).toEqual(['200']);
    },
  );
});

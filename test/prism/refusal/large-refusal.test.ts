import { gzipSync } from 'node:zlib';
import { PrismError, type NamedRow } from '../../../src/ports/prism-error';
import { createPrismClient } from '../../../src/prism/client';
import { leastStall } from '../../support/longest-stall';
import { reply, startScriptedServer, type ScriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const maxStallMs = 50;

const rows = Array.from({ length: 1000 }, (_, n) => ({
  default: { full_name: `Ada ${n}`, age: `age-${n}` },
}));

async function refusalOf(
  status: number,
  body: unknown,
  { sent = rows, headers = {} }: { sent?: unknown[]; headers?: Record<string, string> } = {},
): Promise<{ error: PrismError; stallMs: number }> {
  server.answer(reply(status, body, headers));
  const client = createPrismClient({ baseUrl: server.url, apiKey: 'key-of-the-test' });
  const request = { teamId: 't', objectType: 'people', rows: sent, idempotencyKey: 'k' } as const;
  const { value, stallMs } = await leastStall(maxStallMs, () =>
    client.startImport({ ...request, options: {} } as never).catch((thrown: unknown) => thrown),
  );
  if (!(value instanceof PrismError)) throw new Error('not refused', { cause: value });
  return { error: value, stallMs };
}

const named = ({ facts }: PrismError): NamedRow[] => facts.refusal?.rows ?? [];
const positions = rows.map((_, index) => index);

/** A refusal of every row, each with a long message that is its own and quotes the row. */
const errorsOf = (characters: number) =>
  rows.map((_, index) => ({
    index,
    code: 'invalid_value',
    message: `age-${index} is no age, see rule ${index}. ${'This must be a number. '.repeat(characters / 23)}`,
  }));
const envelope = (errors: unknown) => ({ error: { code: 'invalid_request', message: 'No.', errors } });

test.each([
  { say: 'as it is', status: 422, pack: (body: string) => Buffer.from(body), headers: {} },
  { say: 'packed', status: 400, pack: gzipSync, headers: { 'content-encoding': 'gzip' } },
])('a refusal of 3.9 MiB names each of 1,000 rows: $say', async ({ status, pack, headers }) => {
  const body = JSON.stringify(envelope(errorsOf(3900)));
  expect(body.length).toBeGreaterThan(3.7 * 1024 * 1024);
  const { error, stallMs } = await refusalOf(status, pack(body), { headers });
  expect(named(error).map(({ index }) => index)).toEqual(positions);
  expect(named(error)[7]).toMatchObject({
    code: 'invalid_value',
    message: expect.stringMatching(/^…-… is no …, see rule …/) as unknown,
  });
  expect(named(error).every(({ message }) => (message ?? '').length <= 301)).toBe(true);
  expect(stallMs).toBeLessThan(maxStallMs);
});

test('rows may be named in a text of some MiB', async () => {
  const list = rows.map((_, index) => ({ message: `objects[${index}] is odd; ${'x'.repeat(2000)}` }));
  const { error, stallMs } = await refusalOf(422, envelope(list));
  expect(named(error).map(({ index }) => index)).toEqual(positions);
  expect(stallMs).toBeLessThan(maxStallMs);
});

test.each<{ say: string; body: () => unknown; rows?: number }>([
  {
    say: '90,000 names of members',
    body: () => Array.from({ length: 90_000 }, (_, n) => ({ [`k${n}`]: 1 })),
  },
  { say: 'an object of 200,000 members', body: () => Object.fromEntries(positions.map((n) => [`k${n}`, n])) },
  { say: 'lists in lists', body: () => `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}` },
  { say: 'a million lists', body: () => `[${'[],'.repeat(1_000_000)}[]]` },
  { say: 'a text of 4 MB', body: () => ({ message: `${'age-1 \\u0000\n'.repeat(300_000)}` }) },
  { say: 'a text of escapes', body: () => `{"message":"${'\\u00e9'.repeat(650_000)}"}` },
  {
    say: 'texts of control characters',
    body: () => envelope(positions.map(() => ({ message: '\u0001'.repeat(600) }))),
  },
  { say: 'no JSON', body: () => `<html>${'<p>objects[3]</p>'.repeat(200_000)}` },
])('a refusal that is made to hold others up does not: $say', async ({ body }) => {
  const { stallMs, error } = await refusalOf(422, body());
  expect(error.facts.status).toBe(422);
  expect(error.facts.refusal).toEqual({ rows: [], aboutRequest: false });
  expect(stallMs).toBeLessThan(maxStallMs);
});

test('tens of thousands of rows may be named at once', async () => {
  const sent = Array.from({ length: 100_000 }, (_, n) => ({ default: { n: String(n) } }));
  const errors = sent.slice(0, 45_000).map((_, index) => ({ index, message: `bad ${index}` }));
  const { error, stallMs } = await refusalOf(422, envelope(errors), { sent });
  expect(named(error)).toHaveLength(45_000);
  expect(stallMs).toBeLessThan(maxStallMs);
});

test.each([
  { say: 'more than 4 MiB', status: 422, characters: 4400 },
  { say: 'more than 1 MiB of another status', status: 500, characters: 2000 },
])('nothing is read of an answer of $say', async ({ status, characters }) => {
  const { error } = await refusalOf(status, envelope(errorsOf(characters)));
  expect(error.facts).toMatchObject({ status, code: null });
  expect(named(error)).toEqual([]);
});

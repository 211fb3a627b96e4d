import { startPrismEmulator, type PrismEmulator, type Rule } from 'prism-emulator';
import { root as team } from '../../emulator/test/support/client';
import { until } from '../support/until';
import { emulatorPages } from './support/emulator-pages';

/** What each rule is said to do, and the rule. */
const recipes = new Map(
  [...emulatorPages.matchAll(/^\| (.*?) +\| `(\{ ".*\})` +\|$/gm)].map(([, say, rule]) => [
    say ?? '',
    JSON.parse(rule ?? '') as Rule,
  ]),
);

interface Seen {
  status: number;
  type: string | null;
  retryAfter: string | null;
  text: string;
  body: Record<string, unknown>;
}

const rows = 10;
let emulator: PrismEmulator;
afterEach(() => emulator.close());

/** An emulator on which the rule of a recipe acts, with a clock that stands still, and jobs of a minute. */
async function start(say: string): Promise<void> {
  const rule = recipes.get(say);
  if (rule === undefined) throw new Error(`The pages have no recipe for: ${say}`);
  const job = { duration: '1m' };
  emulator = await startPrismEmulator({
    seed: 'page',
    clock: 'manual',
    asyncThreshold: 1,
    job,
    rules: [rule],
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Seen | string> {
  const headers = { 'x-api-key': 'any', 'content-type': 'application/json' };
  try {
    const response = await fetch(emulator.baseUrl + team + path, { headers, ...init });
    const text = await response.text();
    const [type, retryAfter] = ['content-type', 'retry-after'].map((name) => response.headers.get(name));
    return {
      status: response.status,
      type: type ?? null,
      retryAfter: retryAfter ?? null,
      text,
      body: object(text),
    };
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code ?? 'broken off';
  }
}

function object(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const objects = Array.from({ length: rows }, (_, n) => ({ default: { email: `p${n}@example.com` } }));
const launch = (init: RequestInit = {}) =>
  ask('/contact/import', { method: 'POST', body: JSON.stringify({ objects }), ...init });

/** The status of the first job, or of one that is not there. */
async function pollJob(init: RequestInit = {}) {
  const [job] = await emulator.controller.jobs();
  return ask(`/imports/${job?.id ?? 'none'}`, init);
}

/** Two launches; then the first job's status before and after an hour, twice each, and after another hour. */
async function converse() {
  const launches = [await launch(), await launch()];
  const early = [await pollJob(), await pollJob()];
  emulator.controller.advance('1h');
  const late = [await pollJob(), await pollJob()];
  emulator.controller.advance('1h');
  return { launches, early, late, last: await pollJob(), records: emulator.controller.counts().contact };
}

const inOrder = Array.from({ length: rows }, (_, index) => index);
const indexes = ({ late }: Awaited<ReturnType<typeof converse>>) =>
  ((late[0] as Seen).body['results'] as { input_index: number }[]).map(({ input_index }) => input_index);
const [processing, complete] = [{ body: { status: 'processing' } }, { body: { status: 'complete' } }];

const conversations: Record<string, object> = {
  'any status and headers, and no body': {
    launches: [{ status: 503, retryAfter: '7', type: null, text: '' }, {}],
    records: 0,
  },
  'an error in the documented form': {
    launches: [{ status: 500, body: { error: { code: 'boom', message: 'No' } } }, {}],
    records: 0,
  },
  'a flat body, as the gateway sends it': {
    launches: [{ status: 429, body: { message: 'Too Many Requests' } }, {}],
  },
  'no JSON at all': { launches: [{ status: 200, text: '<html>' }, {}], records: 0 },
  'connection reset, the work not done': { launches: ['ECONNRESET', 'ECONNRESET'], records: 0 },
  'connection reset, the work done': { launches: [{ status: 202 }, 'ECONNRESET'], records: 2 * rows },
  'a 5xx after the work was done; the key is free again': {
    launches: [{ status: 502 }, { status: 202 }],
    records: 2 * rows,
  },
  'a body that breaks off': { launches: ['UND_ERR_SOCKET', 'UND_ERR_SOCKET'], records: 2 * rows },
  'JSON that breaks off, whole by its length': {
    launches: [{ status: 202, body: {}, text: expect.stringMatching(/^\{"job_id".*[^}]$/) as string }, {}],
  },
  'a wrong content type': { launches: [{ status: 202, type: 'text/html' }, {}] },
  'an unknown status': { early: [{ body: { status: 'queued', total: rows } }, {}] },
  'missing fields': {
    late: [{ body: expect.not.objectContaining({ total: rows }) as object }, complete],
  },
  'a 404 too early': { early: [{ status: 404 }, { status: 404 }], late: [complete, complete] },
  'an hour of trouble': {
    early: [processing, processing],
    late: [{ status: 500 }, { status: 500 }],
    last: complete,
  },
  'one import takes a day': {
    early: [processing, processing],
    late: [processing, processing],
    last: processing,
  },
};

test.each(Object.entries(conversations))('%s: the recipe does it', async (say, expected) => {
  await start(say);
  expect(await converse()).toMatchObject(expected);
});

test.each([
  { say: 'results twice', expected: [...inOrder, ...inOrder] },
  { say: 'results with gaps', expected: [0, 2, 4, 6, 8] },
])('$say: the recipe does it', async ({ say, expected }) => {
  await start(say);
  expect(indexes(await converse())).toEqual(expected);
});

const moved = 'results in another order; `reversed` is one too';
test(`${moved}: the recipe does it`, async () => {
  await start(moved);
  const seen = indexes(await converse());
  expect(seen).not.toEqual(inOrder);
  expect(seen.toSorted()).toEqual(inOrder);
});

const huge = 'a huge body';
test(`${huge}: the recipe does it`, async () => {
  await start(huge);
  const { late } = await converse();
  expect(((late[0] as Seen).body['padding'] as string).length).toBe(50_000_000);
});

const seldom = 'one request in twenty';
test(`${seldom}: the recipe does it`, async () => {
  await start(seldom);
  for (let n = 0; n < 200; n++) await ask('/deal/count');
  const failed = emulator.controller.requests({ status: 500 }).length;
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(40);
});

const never = 'no answer, ever, the work not done';
test(`${never}: the recipe does it`, async () => {
  await start(never);
  const gone = new AbortController();
  const asked = launch({ signal: gone.signal });
  await until(() => emulator.controller.journal.length > 0);
  gone.abort();
  expect(await asked).toBe('broken off');
  expect(emulator.controller.journal).toMatchObject([{ status: null, did: 'nothing' }]);
});

const slow = 'a slow first byte; the key stays in progress meanwhile';
test(`${slow}: the recipe does it`, async () => {
  await start(slow);
  const gone = new AbortController();
  const asked = launch({ signal: gone.signal });
  await until(() => emulator.controller.counts().contact > 0);
  expect(emulator.controller.journal).toEqual([]);
  gone.abort();
  expect(await asked).toBe('broken off');
});

const trickle = 'a slow body';
test(`${trickle}: the recipe does it`, async () => {
  await start(trickle);
  const gone = new AbortController();
  const headers = { 'x-api-key': 'any' };
  const response = await fetch(`${emulator.baseUrl}${team}/imports/none`, { headers, signal: gone.signal });
  const { value } = (await response.body?.getReader().read()) as { value: Uint8Array };
  expect(value.length).toBeLessThan(Number(response.headers.get('content-length')));
  gone.abort();
});

const refusing = 'connections refused for a while of real time';
test(`${refusing}: the recipe does it`, async () => {
  await start(refusing);
  expect(await launch()).toBe('ECONNRESET');
  while ((await pollJob()) !== 'ECONNREFUSED');
  await emulator.controller.acceptConnections();
  expect(await launch()).toMatchObject({ status: 202 });
});

const refusedRow = 'imports refused for a row, which is named';
test(`${refusedRow}: the recipe does it`, async () => {
  await start(refusedRow);
  const objects = ['software', '?'].map((industry) => ({ default: { industry } }));
  const seen = (await ask('/organization/import', {
    method: 'POST',
    body: JSON.stringify({ objects }),
  })) as Seen;
  expect(seen.status).toBe(422);
  expect(seen.text).toContain('.body.objects[1].default.industry');
  expect(emulator.controller.counts().organization).toBe(0);
});

test('every recipe of the pages was tried', async () => {
  await start(seldom);
  const tried = [...Object.keys(conversations), 'results twice', 'results with gaps'];
  expect([...tried, moved, huge, seldom, never, slow, trickle, refusing, refusedRow].sort()).toEqual(
    [...recipes.keys()].sort(),
  );
});

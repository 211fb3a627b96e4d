import { randomUUID } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { fuzzRuns, fuzzSeed } from '../support/fuzz-runs';
import { startNeighbour } from '../walls/support/neighbour';
import { queryRaw, rawPayload, signalRaw, startRaw, updateRaw } from '../walls/support/raw-messages';
import { leaksOf, startWallSite, teamId, type WallSite } from '../walls/support/site';
import { startVictim } from '../walls/support/victims';

/** Messages that one tracker is sent before another is started. */
const perVictim = 25;
const rounds = Math.ceil(fuzzRuns(100) / perVictim);

let site: WallSite;
beforeAll(async () => {
  site = await startWallSite();
});
afterAll(async () => {
  await site?.close();
});

const encoding = fc.oneof(
  { weight: 6, arbitrary: fc.constant('json/plain') },
  fc.constantFrom('json/protobuf', 'binary/protobuf', 'binary/plain', 'binary/null', 'binary/encrypted', ''),
  fc.string({ unit: 'binary', maxLength: 50 }),
);
const field = fc.oneof(
  fc.constantFrom(
    ...['teamId', 'jobId', 'notify', 'polling', 'waitTimeout', 'results', 'submittedAt', 'carried', 'source'],
    ...[
      'workflowId',
      'signal',
      'initialInterval',
      'maximumPolls',
      'status',
      'tracking',
      '__proto__',
      'toJSON',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(teamId, 'nobody', '1s', 'PT1H', -1, 1e308, '\ud800', 'x'.repeat(5000), null),
);
const json = fc.oneof(
  fc.dictionary(field, value, { noNullPrototype: true, maxKeys: 8 }).map((object) => JSON.stringify(object)),
  fc.json(),
  fc
    .tuple(fc.constantFrom('[', '{"a":', '1,', '"', '\\u0000'), fc.nat(100_000))
    .map(([bit, n]) => bit.repeat(n)),
  fc
    .nat(5000)
    .map((count) => `{${Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join()}}`),
  fc.tuple(fc.json(), fc.nat(50)).map(([text, cut]) => text.slice(0, cut)),
);
const data = fc.oneof(
  { weight: 5, arbitrary: json.map((text) => Buffer.from(text.slice(0, 1_000_000))) },
  fc.uint8Array({ maxLength: 2000 }).map((content) => Buffer.from(content)),
);
const payload = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(data, encoding).map(([content, name]) => rawPayload(content, { encoding: name })),
  },
  data.map((content) => rawPayload(content)),
  fc.constant<Payload>({}),
);
const message = fc.record({
  way: fc.constantFrom(
    'subscribe',
    'pollNow',
    'importFinished',
    'unknown',
    'update',
    'query',
    'track',
    'import',
  ),
  payloads: fc.oneof(
    { weight: 5, arbitrary: payload.map((one) => [one]) },
    fc.array(payload, { maxLength: 5 }),
  ),
});

test(
  'whatever is sent, the worker lives, a neighbour is unharmed, and what it was sent to ends',
  async () => {
    const seed = fuzzSeed();
    const neighbour = await startNeighbour(site);
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: perVictim, maxLength: perVictim }),
        async (messages) => {
          const victim = await startVictim(site);
          const started = await Promise.all(messages.map((each) => send(victim.handle.workflowId, each)));
          expect((await victim.finish()).status).toBe('complete');
          for (const handle of started) await handle?.result().catch((error: unknown) => expectShort(error));
          expect(site.worker.isRunning()).toBe(true);
        },
      ),
      { numRuns: rounds, endOnFailure: true, ...(seed !== undefined && { seed }) },
    );
    expect(await neighbour.harm()).toEqual([]);
    expect(await leaksOf(site)).toEqual([]);
  },
  120_000 + rounds * 30_000,
);

/** Sends a message; what the server itself refuses is no concern of the worker's. */
async function send(workflowId: string, { way, payloads }: { way: string; payloads: Payload[] }) {
  if (way === 'track' || way === 'import') {
    const type = way === 'track' ? 'trackImport' : 'importRecords';
    return startRaw(site, type, payloads, { workflowId: `fuzz-${randomUUID()}` });
  }
  const sent =
    way === 'query'
      ? queryRaw(site, workflowId, payloads)
      : way === 'update'
        ? updateRaw(site, workflowId, 'setPolling', payloads)
        : signalRaw(site, workflowId, way, payloads);
  await sent.catch(expectShort);
  return null;
}

function expectShort(error: unknown): void {
  for (let each = error; each instanceof Error; each = each.cause) {
    expect(each.message.length).toBeLessThan(10_000);
  }
}

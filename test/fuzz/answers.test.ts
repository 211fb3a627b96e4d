import fc from 'fast-check';
import type { ApiAnswer } from '../../src/ports/import-api';
import { PrismError } from '../../src/ports/prism-error';
import type { ImportJob } from '../../src/core/api/import-job';
import { maxHintMs } from '../../src/prism/retry-after';
import { fuzzRuns, fuzzSeed } from '../support/fuzz-runs';
import { leastStall } from '../support/longest-stall';
import { startScriptedServer, type Script, type ScriptedServer } from '../support/scripted-server';
import { customSecret, secretImport, secretiveClient, secretKey } from '../support/secretive-client';
import { wholeError } from '../support/whole-error';
import { marker, rawAnswer, type RawAnswer } from './support/raw-answers';

const runs = fuzzRuns(200);
const timeoutMs = 500;
/** An answer may take its time limit; what comes on top is this process's. */
const longestMs = timeoutMs + 30_000;
const longestStallMs = 100;
const mostGrownBytes = 400_000_000;

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const send =
  ({ bytes, pieces, isLeftOpen }: RawAnswer): Script =>
  ({ socket }) => {
    if (socket === null) return;
    socket.on('error', () => undefined);
    let at = 0;
    const next = () => {
      const size = pieces.shift() ?? bytes.length;
      if (socket.destroyed) return;
      socket.write(bytes.subarray(at, at + size));
      at += size;
      if (at < bytes.length) setImmediate(next);
      else if (!isLeftOpen) socket.end();
    };
    next();
  };

const calls = ['poll', 'poll with a taker', 'launch'] as const;

function call(how: (typeof calls)[number]): Promise<ApiAnswer<ImportJob | null>> {
  const client = secretiveClient(server, { requestsPerSecond: 1e6, timeoutMs });
  const taker = { take: () => Promise.resolve() };
  if (how === 'launch') return client.startImport(secretImport, undefined, taker);
  return client.getImport('t', 'j', undefined, how === 'poll' ? undefined : taker);
}

test(
  'whatever is answered is an answer or a PrismError, in time, and nothing of it is shown',
  async () => {
    const before = process.memoryUsage().rss;
    const seed = fuzzSeed();
    await fc.assert(
      fc.asyncProperty(rawAnswer, fc.constantFrom(...calls), async (raw, how) => {
        const { value: outcome, stallMs } = await leastStall(longestStallMs, async () => {
          server.answer(send({ ...raw, pieces: [...raw.pieces] }));
          const beganAt = performance.now();
          const ended: unknown = await call(how).catch((error: unknown) => error);
          expect(performance.now() - beganAt).toBeLessThan(longestMs);
          return ended;
        });
        expect(stallMs).toBeLessThan(longestStallMs);
        if (outcome instanceof Error) expectQuiet(outcome, raw.status);
        else expectBounded(outcome as ApiAnswer<ImportJob | null>);
      }),
      { numRuns: runs, ...(seed !== undefined && { seed }) },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(mostGrownBytes);
  },
  60_000 + runs * longestMs,
);

function expectQuiet(error: Error, status: number): void {
  expect(error).toBeInstanceOf(PrismError);
  expect(error.message.length).toBeLessThan(2500);
  const shown = wholeError(error);
  for (const secret of [secretKey, customSecret, 'lovelace'])
    expect(shown.toLowerCase()).not.toContain(secret);
  expect(error.message).not.toMatch(/\p{Cc}/u);
  // What a refusal says in words is shown, since it is meant to be read.
  if (status < 300) expect(shown).not.toContain(marker);
}

function expectBounded({ serverTime, retryAfterMs }: ApiAnswer<ImportJob | null>): void {
  if (serverTime !== null) expect(serverTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  expect(retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
  expect(retryAfterMs ?? 0).toBeLessThanOrEqual(maxHintMs);
}

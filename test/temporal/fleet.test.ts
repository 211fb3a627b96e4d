import { setTimeout as sleep } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TypedSearchAttributes } from '@temporalio/common';
import { createPrismClient } from '../../src/prism/client';
import { askFleet as askFleetPaced, reachServer } from '../../src/temporal/fleet';
import { problemCodes } from '../../src/core/tracker/outcome';
import { listedStatuses } from '../../src/temporal/listing/listing';
import { createWorkerPair } from '../../src/worker-pair';
import { prismExpiresAtKey } from '../../src/workflows/messages';
import { startDevServer, workflowBundle } from '../support/temporal';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startDevServer();
});
afterAll(() => env?.teardown());

const nowMs = Date.now();
const hourMs = 3_600_000;

const askFleet = (client: TestWorkflowEnvironment['client'], taskQueue: string, atMs: number) =>
  askFleetPaced(client, taskQueue, atMs, { spacingMs: 0 });
const nobodyBlocked = Object.fromEntries(problemCodes.map((code) => [code, 0]));

let started = 0;

/** Starts trackers that nobody works on, and waits until the index has them. */
async function startTrackers(taskQueue: string, expiresAtMs: (number | null)[]): Promise<void> {
  await Promise.all(
    expiresAtMs.map((atMs, index) =>
      env.client.workflow.start('trackImport', {
        taskQueue,
        workflowId: `${taskQueue}/${index}`,
        args: [{ teamId: 't', jobId: 'j' }],
        ...(atMs !== null && {
          typedSearchAttributes: new TypedSearchAttributes([
            { key: prismExpiresAtKey, value: new Date(atMs) },
          ]),
        }),
      }),
    ),
  );
  // Not by the name of the queue, which is not always one that can be asked for.
  const before = started;
  started += expiresAtMs.length;
  while (
    (await env.client.workflow.count("WorkflowType = 'trackImport'")).count <
    before + expiresAtMs.length
  );
}

test('without imports there is no expiry, and without workers there are no pollers', async () => {
  expect(await askFleet(env.client, 'nobody', nowMs)).toEqual({
    unfinishedImports: 0,
    expiringThisMonth: 0,
    oldestExpirySeconds: null,
    blockedImports: nobodyBlocked,
    oldestBlockedExpirySeconds: null,
    blockedPipelines: nobodyBlocked,
    listedImports: Object.fromEntries(listedStatuses.map((status) => [status, 0])),
    pollers: { workflow: 0, http: 0 },
  });
});

test('the pollers of each queue are counted', async () => {
  const taskQueue = 'served';
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: workflowBundle(),
    api: createPrismClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'test-key' }),
    store: null,
  });
  const running = pair.run();
  const both = (seen: { workflow: number; http: number }) => Math.min(seen.workflow, seen.http) > 0;
  while (!both((await askFleet(env.client, taskQueue, nowMs)).pollers)) await sleep(100);
  pair.stop();
  await running;
});

test.each([
  { why: 'the first of a few', expires: [50 * hourMs, 2 * hourMs, 9 * hourMs], seconds: 7200 },
  { why: 'not negative when it is over', expires: [-hourMs, hourMs], seconds: 0 },
  { why: 'one beyond the usual retention', expires: [1000 * hourMs], seconds: 3_600_000 },
  { why: 'unknown while no tracker has begun', expires: [null, null], seconds: null },
])('the first expiry is $why', async ({ why, expires, seconds }) => {
  await startTrackers(
    why,
    expires.map((ms) => (ms === null ? null : nowMs + ms)),
  );
  expect(await askFleet(env.client, why, nowMs)).toMatchObject({
    unfinishedImports: expires.length,
    oldestExpirySeconds: seconds,
  });
});

test('the first expiry is found among more imports than are listed', async () => {
  const spread = Array.from({ length: 450 }, (_, index) => nowMs + (20 + index / 10) * hourMs);
  await startTrackers('many', [...spread.slice(0, 300), nowMs + 7 * hourMs, ...spread.slice(300)]);
  const fleet = await askFleet(env.client, 'many', nowMs);
  expect(fleet).toMatchObject({ unfinishedImports: 451, oldestExpirySeconds: 7 * 3600 });
});

test('those that expire before the month ends are counted', async () => {
  const inMayMs = Date.UTC(2031, 4, 20, 12);
  const endMs = Date.UTC(2031, 5, 1);
  await startTrackers('monthly', [endMs - 1000, endMs - 40 * hourMs, endMs, endMs + hourMs, null]);
  expect(await askFleet(env.client, 'monthly', inMayMs)).toMatchObject({ expiringThisMonth: 2 });
});

test.each(["it's", "'quoted'", 'say "hi"', 'back\\slash', 'really?'])(
  'a queue named %s, which servers read differently, is told apart from others',
  async (taskQueue) => {
    await startTrackers(taskQueue, [nowMs + 3 * hourMs, nowMs + hourMs, null]);
    const { unfinishedImports, oldestExpirySeconds, listedImports } = await askFleet(
      env.client,
      taskQueue,
      nowMs,
    );
    // Those that ended are not read to be told apart: their number is not known then.
    const complete = taskQueue === "it's" ? 0 : null;
    expect({ unfinishedImports, oldestExpirySeconds, ...listedImports }).toMatchObject({
      ...{ unfinishedImports: 3, oldestExpirySeconds: 3600 },
      ...{ processing: 3, complete, terminated: complete },
    });
  },
);

test('a server that answers is reached', async () => {
  await expect(reachServer(env.client)).resolves.toBeUndefined();
});

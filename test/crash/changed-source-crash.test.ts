import { truncateSync } from 'node:fs';
import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { earlyReportSchema } from '../../src/core/pipeline/report';
import { reportLineSchema } from '../../src/report/report-line';
import { storedLines } from '../../src/report/stored-lines';
import { createFileStore } from '../../src/storage/file-store';
import type { importRecords } from '../../src/workflows/import-records';
import { contradictions, executions, readBack, sentAgain } from '../support/accounting';
import { launches, organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { teamId } from '../support/tracker-rig';
import { domainsOf } from '../workflows/support/launch-once-rig';
import { KilledWorker } from './support/killed-worker';

const rows = 100;
const name = 'changed-source-crash';
const files = new TemporaryFiles();
let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: KilledWorker;

beforeAll(async () => {
  env = await startDevServer();
  const path = files.write('input.csv', organizations(rows)) && `${files.folder}/input.csv`;
  const isThird = { operation: 'import', nth: 3 } as const;
  const respond = () => {
    truncateSync(path, 1500);
    return undefined;
  };
  emulator = await startPrismEmulator({ job: { duration: '3s' }, rules: [{ ...isThird, respond }] });
  worker = new KilledWorker({
    environment: {
      TEMPORAL_CONFIG_FILE: '/dev/null',
      TEMPORAL_ADDRESS: env.address,
      PRISM_TASK_QUEUE: name,
      PRISM_STORAGE: `file:${files.folder}/store`,
      PRISM_SOURCES: `file:${path}`,
      MICRO_API_KEY: 'test-key',
      MICRO_BASE_URL: emulator.baseUrl,
    },
  });
}, 120_000);
afterAll(async () => {
  await worker?.end();
  await emulator?.close();
  await env?.teardown();
  files.remove();
});

test('a worker that is killed after the source has changed leaves a report of what was created', async () => {
  const polling = { initialInterval: '500ms', maximumInterval: '500ms' } as const;
  const source = { uri: files.uri('input.csv'), format: 'csv' } as const;
  const input = {
    teamId,
    objectType: 'organization',
    source,
    batchSize: 10,
    maxConcurrentImports: 1,
    polling,
  } as const;
  const run = () =>
    env.client.workflow.execute<typeof importRecords>('importRecords', {
      taskQueue: name,
      workflowId: name,
      args: [{ ...input, options: { dedupe_by: 'primary_domain' } }],
    });
  const { journal } = emulator.controller;
  const moments = [3, 6].map((polls) => () => {
    const third = journal.indexOf(launches(emulator)[2] ?? ({} as never));
    return third >= 0 && journal.length > third + polls - 3;
  });
  const error: unknown = await worker.whileKilled(run, moments).catch((reason: unknown) => reason);
  const failure = error instanceof WorkflowFailedError ? error.cause : null;
  expect(worker.kills).toBeGreaterThan(0);
  expect(failure).toMatchObject({ type: 'SourceInvalid' });
  const [details] = (failure as ApplicationFailure).details ?? [];
  const { totals, reportNdjsonUri } = earlyReportSchema.parse(details);
  expect(totals).toMatchObject({ rows, updated: 0, existing: 0, failed: 70 });
  const lines = [];
  for await (const line of storedLines(createFileStore(`${files.folder}/store`), reportNdjsonUri))
    lines.push(reportLineSchema.parse(JSON.parse(line)));
  expect(lines.map(({ row }) => row)).toEqual(lines.map((_, index) => index + 1));
  expect(lines).toHaveLength(rows);
  expect(contradictions(lines, domainsOf(rows), await readBack(emulator))).toEqual([]);
  expect(totals.created + totals.unknown).toBe(emulator.controller.counts().organization);
  expect(sentAgain(launches(emulator))).toEqual([]);
  expect(new Set(executions(launches(emulator)).values())).toEqual(new Set([1]));
}, 300_000);

import { truncateSync } from 'node:fs';
import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { earlyReportSchema } from '../../src/core/pipeline/report';
import { reportLineSchema } from '../../src/report/report-line';
import { storedLines } from '../../src/report/stored-lines';
import { createFileStore } from '../../src/storage/file-store';
import { contradictions, executions, readBack, sentAgain } from '../support/accounting';
import { launches, organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { domainsOf } from '../workflows/support/launch-once-rig';
import { startCrashRig, type CrashRig } from './support/crash-rig';

const rows = 100;
let env: TestWorkflowEnvironment;
let rig: CrashRig;

beforeAll(async () => {
  env = await startDevServer();
  const isThird = { operation: 'import', nth: 3 } as const;
  const respond = () => {
    truncateSync(rig.path, 1500);
    return undefined;
  };
  rig = await startCrashRig(env, {
    name: 'changed-source-crash',
    csv: organizations(rows),
    emulator: { job: { duration: '3s' }, rules: [{ ...isThird, respond }] },
  });
}, 120_000);
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

test('a worker that is killed after the source has changed leaves a report of what was created', async () => {
  const { emulator, worker, store } = rig;
  const { journal } = emulator.controller;
  const moments = [3, 6].map((polls) => () => {
    const third = journal.indexOf(launches(emulator)[2] ?? ({} as never));
    return third >= 0 && journal.length > third + polls - 3;
  });
  const options = { dedupe_by: 'primary_domain' };
  const input = { batchSize: 10, maxConcurrentImports: 1, options, pollEvery: '500ms' };
  const error: unknown = await rig.import(input, moments).catch((reason: unknown) => reason);
  const failure = error instanceof WorkflowFailedError ? error.cause : null;
  expect(worker.kills).toBeGreaterThan(0);
  expect(failure).toMatchObject({ type: 'SourceInvalid' });
  const [details] = (failure as ApplicationFailure).details ?? [];
  const { totals, reportNdjsonUri } = earlyReportSchema.parse(details);
  expect(totals).toMatchObject({ rows, updated: 0, existing: 0, failed: 70 });
  const lines = [];
  for await (const line of storedLines(createFileStore(store), reportNdjsonUri))
    lines.push(reportLineSchema.parse(JSON.parse(line)));
  expect(lines.map(({ row }) => row)).toEqual(lines.map((_, index) => index + 1));
  expect(lines).toHaveLength(rows);
  expect(contradictions(lines, domainsOf(rows), await readBack(emulator))).toEqual([]);
  expect(totals.created + totals.unknown).toBe(emulator.controller.counts().organization);
  expect(sentAgain(launches(emulator))).toEqual([]);
  expect(new Set(executions(launches(emulator)).values())).toEqual(new Set([1]));
}, 300_000);

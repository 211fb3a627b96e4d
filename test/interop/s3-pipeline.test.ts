import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { parse } from 'csv-parse/sync';
import type { ImportReport } from '../../src/core/pipeline/report';
import { openStore } from '../../src/storage/open-store';
import { contentOf } from '../storage/support/store-behaviour';
import { startDevServer } from '../support/temporal';
import { organizations, startPipelineRig, type PipelineRig } from '../support/pipeline-rig';
import { startS3Site, type S3Site } from './support/s3-site';
import type { ObjectStore } from '../../src/ports/object-store';
import { S3Objects } from '../../src/storage/s3-objects';

const universities = join(__dirname, '..', '..', 'data', 'universities.csv');
const dedupe = { options: { dedupe_by: 'primary_domain' } };
let s3: S3Site;
let env: TestWorkflowEnvironment;
let rig: PipelineRig;
let store: ObjectStore;

beforeAll(async () => {
  s3 = await startS3Site(['sources', 'storage']);
  env = await startDevServer();
}, 600_000);
afterAll(async () => {
  await env?.teardown();
  await s3?.stop();
});

beforeEach(async () => {
  store = openStore('s3://storage/pipelines-of/one', new S3Objects(s3.endpoint));
  const emulator = { job: { duration: '500ms' } };
  rig = await startPipelineRig(env, { emulator, storage: { store, s3Endpoint: s3.endpoint } });
});
afterEach(() => rig?.close());

const put = (Key: string, Body: Buffer | string) =>
  s3.client.send(new PutObjectCommand({ Bucket: 'sources', Key, Body }));

async function reportLines({ reportUri }: ImportReport): Promise<Record<string, string>[]> {
  return parse(await contentOf(store, reportUri), { columns: true });
}

test.each([
  {
    say: 'in a bucket',
    place: async () => (await put('u.csv', readFileSync(universities)), 's3://sources/u.csv'),
  },
  {
    say: 'in a bucket, compressed',
    place: async () => (await put('u.csv.gz', gzipSync(readFileSync(universities))), 's3://sources/u.csv.gz'),
  },
  { say: 'of the host of the worker', place: () => Promise.resolve(pathToFileURL(universities).href) },
])('a file $say is imported with all that is kept in a bucket', async ({ place }) => {
  const uri = await place();
  const report = await (await rig.start({ uri }, { ...dedupe, maxConcurrentImports: 4 })).result();
  expect(report.totals).toMatchObject({ rows: 10_251, created: 10_249, existing: 2, failed: 0, unknown: 0 });
  expect(report.reportUri).toMatch(/^s3:\/\/storage\/pipelines-of\/one\/pipelines\//);
  const lines = await reportLines(report);
  expect(lines.map(({ row }) => Number(row))).toEqual(
    Array.from({ length: 10_251 }, (_, index) => index + 1),
  );
  const summary = JSON.parse(await contentOf(store, report.summaryUri)) as { source: object };
  expect(summary.source).toMatchObject({ uri, format: 'csv' });
});

test('the failed rows of a file in a bucket lie in the storage, ready to be imported again', async () => {
  await put('bad.csv', organizations(30, { 7: 'broken' }));
  const report = await (
    await rig.start({ uri: 's3://sources/bad.csv' }, { ...dedupe, batchSize: 10 })
  ).result();
  expect(report.totals).toMatchObject({ created: 29, failed: 1 });
  expect(await contentOf(store, report.failedRowsUri ?? '')).toBe('name,primary_domain\nbroken\n');
});

test('an object that is replaced meanwhile ends the run with what was seen, and a report', async () => {
  await put('changing.csv', organizations(20));
  rig.emulator.controller.addRule({
    operation: 'import',
    times: 1,
    respond: async () => {
      await put('changing.csv', organizations(20, { 15: 'Other,other.example' }));
      return undefined;
    },
  });
  const input = { batchSize: 10, maxConcurrentImports: 1 };
  const handle = await rig.start({ uri: 's3://sources/changing.csv' }, input);
  const message = expect.stringContaining('changed') as string;
  const totals = { rows: 20, created: 10, updated: 0, existing: 0, failed: 10, unknown: 0 };
  const reportUri = expect.stringMatching(/^s3:.*report\.csv$/) as string;
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'SourceInvalid', message, details: [{ totals, reportUri }] },
  });
  expect(rig.emulator.controller.counts().organization).toBe(10);
});

test.each([
  { say: 'an object that is not there', uri: 's3://sources/none.csv', error: /none\.csv \(no such object\)/ },
  { say: 'a bucket that is not there', uri: 's3://elsewhere/none.csv', error: /elsewhere.*bucket/ },
])('$say is refused by name', async ({ uri, error }) => {
  await s3.client.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'none.csv' }));
  await expect((await rig.start({ uri })).result()).rejects.toMatchObject({
    cause: { cause: { type: 'InvalidInput', message: expect.stringMatching(error) as string } },
  });
});

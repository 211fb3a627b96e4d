import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createApiActivities } from '../../src/activities/api-activities';
import type { PollAnswer } from '../../src/core/tracker/get-import-status';
import type { ImportApi } from '../../src/ports/import-api';
import { createBatchReader } from '../../src/sources/batch-reader';
import { openStore } from '../../src/storage/open-store';
import { contentOf, describeStore } from '../storage/support/store-behaviour';
import { startS3Site, type S3Site } from './support/s3-site';
import { S3Objects } from '../../src/storage/s3-objects';
import { sourceOpener } from '../support/sources';

const bucket = 'prism-results';
let s3: S3Site;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3Site([bucket]);
  ({ client } = s3);
}, 600_000);
afterAll(() => s3?.stop());

const open = (uri: string) => openStore(uri, new S3Objects(s3.endpoint));

describe('a store in a bucket', () => {
  describeStore(() => ({ store: open(`s3://${bucket}/some/prefix/`), root: `s3://${bucket}/some/prefix` }));
});

describe('a store that is a whole bucket', () => {
  test('keeps objects under their own names', async () => {
    const store = open(`s3://${bucket}`);
    const { uri } = await store.write('a/b', ['x']);
    expect(uri).toBe(`s3://${bucket}/a/b`);
    expect(await contentOf(store, uri)).toBe('x');
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'a/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['a/b']);
  });
});

test('a failed upload leaves no parts behind', async () => {
  function* breaking() {
    for (let part = 0; part < 300; part += 1) yield Buffer.alloc(100_000);
    throw new Error('the source broke');
  }
  await expect(open(`s3://${bucket}/parts`).write('a', breaking())).rejects.toThrow('the source broke');
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads ?? []).toEqual([]);
});

test('a bucket that is not there is named, and no credential', async () => {
  const failure: unknown = await open('s3://no-such-bucket/x')
    .write('a', ['x'])
    .catch((error: unknown) => error);
  expect(String(failure)).toMatch(/^StorageError: writing s3:\/\/no-such-bucket\/x\/a: .*bucket/i);
  expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain(s3.secretKey);
});

test('the results of a poll are stored as NDJSON, one result a line', async () => {
  const results = Array.from({ length: 5000 }, (_, row) => ({
    input_index: row,
    id: `r${row}`,
    created: true,
  }));
  const job = { job_id: 'j', status: 'complete', total: 5000, results };
  const api: ImportApi = {
    getImport: () => Promise.resolve({ value: job, serverTime: null, retryAfterMs: null, streamed: false }),
    startImport: () => Promise.reject(new Error('not asked for')),
  };
  const store = open(`s3://${bucket}/results-of`);
  const activities = createApiActivities({
    api,
    store,
    batches: createBatchReader({ store, opener: sourceOpener() }),
    requireOwn: () => Promise.resolve(),
  });
  const status: PollAnswer = await new MockActivityEnvironment().run(() =>
    activities.getImportStatus({ teamId: 't', jobId: 'j', results: 'stored' }),
  );
  if (!status.found || status.resultsRef === null) throw new Error('nothing was stored');
  expect(status.job).not.toHaveProperty('results');
  expect(status.resultsRef).toMatchObject({
    uri: `s3://${bucket}/results-of/results/t/j.ndjson`,
    rows: 5000,
  });
  const lines = (await contentOf(store, status.resultsRef.uri)).trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(results);
});

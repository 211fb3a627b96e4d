import { gzipSync } from 'node:zlib';
import type { Source } from '../../src/core/pipeline/source';
import { SourceError } from '../../src/ports/source-error';
import { sourceOpener } from '../support/sources';
import { contentOf, RecordRig } from '../sources/support/planned';
import { brokenBody, refusal, S3Server, type Refusal } from './support/s3-server';

const rig = new RecordRig();
const server = new S3Server();
const environment = {
  AWS_ACCESS_KEY_ID: 'test-access-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret-key',
  AWS_REGION: 'us-east-1',
};
const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));

beforeAll(async () => {
  Object.assign(process.env, environment);
  await server.start();
});
beforeEach(() => {
  server.objects.clear();
  server.refuse();
});
afterAll(async () => {
  await server.stop();
  rig.remove();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const source = (uri = 's3://bucket/some/päth +%20.csv'): Source => ({ uri, format: 'csv' });
const put = (content: string | Buffer, name = 'bucket/some/päth +%20.csv') =>
  server.objects.set(name, Buffer.from(content));
const options = () => ({ batchSize: 2, blockBytes: 10, s3Endpoint: server.endpoint });
const text = 'a,b\n1,2\n3,4\n5,6\n';

test('an object is planned in blocks and read by range, from where it lies', async () => {
  put(text);
  const planned = await rig.plan(source(), options());
  const pinned = await planned.reader.source(planned.plan);
  expect(pinned).toMatchObject({ bytes: text.length, text: { uri: source().uri, bytes: text.length } });
  server.ranges.length = 0;
  const rows: unknown[] = [];
  for await (const row of planned.reader.read(planned.plan, 2)) rows.push(contentOf(row));
  expect(rows).toEqual([{ a: '5', b: '6' }]);
  expect(server.ranges).toEqual(['bytes=0-0', 'bytes=12-15']);
});

test('a compressed object is copied into the store', async () => {
  put(gzipSync(text));
  expect(await rig.read(source(), options())).toEqual([
    { line: 2, a: '1', b: '2' },
    { line: 3, a: '3', b: '4' },
    { line: 4, a: '5', b: '6' },
  ]);
});

test('an object replaced while it is planned, or after that, ends the import', async () => {
  put(text);
  const onProgress = () => put('a,b\n7,8\n3,4\n5,6\n');
  const problem = await rig.problemOf(source(), { ...options(), onProgress });
  expect(problem).toMatchObject({
    name: 'SourceError',
    seen: expect.stringContaining('changed while it was read') as string,
  });
  put(text);
  const planned = await rig.plan(source(), options());
  put(text.replace('5', '7'));
  for await (const row of planned.reader.read(planned.plan, 1)) expect(row).toHaveProperty('row');
  const reading = planned.reader.read(planned.plan, 2)[Symbol.asyncIterator]();
  await expect(reading.next()).rejects.toThrow(/changed since the import began: other bytes from 12 to 16/);
  put(`${text}7,8\n`);
  const again = planned.reader.read(planned.plan, 1)[Symbol.asyncIterator]();
  await expect(again.next()).rejects.toThrow(/16 bytes then, 20 bytes now/);
});

test.each<{ name: string; refuse: Refusal; seen: RegExp }>([
  { name: 'no such key', refuse: refusal(404, 'NoSuchKey'), seen: /no such object/ },
  { name: 'no such bucket', refuse: refusal(404, 'NoSuchBucket'), seen: /no such bucket/ },
  { name: 'no access', refuse: refusal(403, 'AccessDenied'), seen: /access denied/ },
  { name: 'an unknown key', refuse: refusal(403, 'InvalidAccessKeyId'), seen: /access key is not known/ },
  { name: 'a wrong secret', refuse: refusal(403, 'SignatureDoesNotMatch'), seen: /secret key is wrong/ },
  { name: 'another region', refuse: refusal(301, 'PermanentRedirect'), seen: /AWS_REGION/ },
  {
    name: 'another region by its signature',
    refuse: refusal(400, 'AuthorizationHeaderMalformed'),
    seen: /AWS_REGION/,
  },
  { name: 'an archive', refuse: refusal(403, 'InvalidObjectState'), seen: /restored first/ },
  { name: 'an unknown code with 404', refuse: refusal(404, 'Odd'), seen: /no such object/ },
])('refuses $name with the reason', async ({ refuse, seen }) => {
  put(text);
  server.refuse(refuse);
  const problem = await rig.problemOf(source(), options());
  expect(problem).toBeInstanceOf(SourceError);
  expect(problem).toMatchObject({ field: 'source.uri', seen: expect.stringMatching(seen) as string });
  expect(String((problem as Error).stack)).not.toContain(environment.AWS_SECRET_ACCESS_KEY);
});

test.each([
  { name: 'an empty object', uri: 's3://bucket/empty', seen: /an empty object/ },
  { name: 'a bucket alone', uri: 's3://bucket/', seen: /s3:\/\/bucket\// },
  { name: 'a bucket without a slash', uri: 's3://bucket', seen: /s3:\/\/bucket/ },
  { name: 'a key with an empty part', uri: 's3://bucket/a//b', seen: /s3:\/\/bucket\/a\/\/b/ },
])('refuses $name', async ({ uri, seen }) => {
  put('', 'bucket/empty');
  expect(await rig.problemOf(source(uri), options())).toMatchObject({
    name: 'SourceError',
    seen: expect.stringMatching(seen) as string,
  });
});

test('a body that breaks off is asked for again', async () => {
  put(text);
  server.refuse(brokenBody, brokenBody);
  expect(await rig.rowsOf(source(), options())).toHaveLength(3);
});

test.each<{ name: string; refuse: Refusal }>([
  { name: 'bodies that always break off', refuse: brokenBody },
  { name: 'an expired token', refuse: refusal(400, 'ExpiredToken') },
])('$name are worth another try later', async ({ refuse }) => {
  put(text);
  server.refuse(refuse, refuse, refuse);
  const problem = await rig.problemOf(source(), options());
  expect(problem).not.toBeInstanceOf(SourceError);
  expect(String(problem)).toMatch(/^StorageError: reading s3:\/\/bucket\/some\//);
});

test('an import in flight may name a key that no new one may', async () => {
  put(text, 'bucket/a//b');
  const file = await sourceOpener(server.endpoint).open('s3://bucket/a//b');
  expect((await file.read(0, 4)).toString()).toBe('a,b\n');
});

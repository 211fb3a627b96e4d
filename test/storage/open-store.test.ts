import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStore } from '../../src/storage/open-store';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open store '));
});
afterEach(() => rm(folder, { recursive: true }));

test.each<[string, () => string]>([
  ['file: and a path', () => `file:${folder}`],
  ['file: and a relative path', () => `file:${relative(process.cwd(), folder)}`],
  ['a file URL', () => pathToFileURL(folder).href],
])('opens %s', async (_, uri) => {
  const { uri: written } = await openStore(uri()).write('a', ['x']);
  expect(written).toBe(pathToFileURL(join(folder, 'a')).href);
});

test.each(['s3://bucket', 's3://bucket/', 's3://bucket/some/prefix', 's3://bucket.with.dots/prefix/'])(
  'opens %s',
  (uri) => {
    expect(() => openStore(uri)).not.toThrow();
  },
);

test.each([
  ...['', 'file:', 'file://host/x', 'file:a\0b', '/var/lib', 'C:\\data', 'http://x/y', 'gs://bucket/x'],
  ...[
    's3://',
    's3:///x',
    's3://Bucket/x',
    's3://bucket//x',
    's3://bucket/../x',
    's3:bucket',
    'file:///a%2fb',
  ],
])('refuses %j with the accepted forms', (uri) => {
  expect(() => openStore(uri)).toThrow(
    `PRISM_STORAGE: saw ${JSON.stringify(uri)}, expected file:DIR or s3://bucket/prefix`,
  );
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadConfig } from '../../src/config/config';
import { parseSources } from '../../src/ports/object-uri';
import { S3Objects } from '../../src/storage/s3-objects';
import { createSourceOpener } from '../../src/storage/source-opener';
import { allowedPlaces } from '../../src/storage/source-walls';
import { TemporaryFiles } from '../support/temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

for (const name of ['in', 'in/below', 'out', 'in-another', 'store', 'store/uploads', 'store/pipelines'])
  mkdirSync(join(files.folder, name));
const at = (name: string) => join(files.folder, name);
files.write('in/a.csv', 'a\n1\n');
files.write('in/below/b, c.csv', 'b\n1\n');
files.write('out/secret', 'secret\n');
files.write('in-another/a.csv', 'a\n1\n');
files.write('store/uploads/0a.csv', 'a\n1\n');
files.write('store/pipelines/plan.jsonl', '{}\n');
symlinkSync(at('in'), at('linked'));
symlinkSync(at('out/secret'), at('in/leads-out'));
symlinkSync(at('out/none'), at('in/leads-to-none'));
symlinkSync(at('out'), at('in/folder-out'));
symlinkSync(at('in/a.csv'), at('in/stays'));
symlinkSync('in/not/yet', at('leads-in-later'));
symlinkSync('leads-in-later', at('leads-on'));
symlinkSync('endless/more', at('endless'));
execFileSync('mkfifo', [at('in/pipe'), at('out/pipe')]);

const opener = (sources: string) =>
  createSourceOpener(
    new S3Objects(),
    allowedPlaces(sources === '' ? [] : (parseSources(sources) ?? []), `file:${at('store')}`),
  );
const inside = opener(`file:${at('in')}`);

async function answer(uri: string, by = inside): Promise<string> {
  try {
    const file = await by.open(uri);
    await file.close();
    return 'opened';
  } catch (error) {
    return (error as Error).message.replace(uri, 'URI');
  }
}
const outside = expect.stringContaining('URI (not in a place that the workers may read)') as string;

test.each(['in/a.csv', 'in/below/b, c.csv', 'in/stays', 'linked/a.csv', 'store/uploads/0a.csv'])(
  '%s is opened',
  async (name) => expect(await answer(files.uri(name))).toBe('opened'),
);

test.each([
  'out/secret',
  'out/none',
  'out/pipe',
  'in-another/a.csv',
  'in/leads-out',
  'in/leads-to-none',
  'in/folder-out/secret',
  'in/folder-out/none',
  'in/folder-out/pipe',
  'store/pipelines/plan.jsonl',
  'store/pipelines/none',
])('%s is outside, whether it exists or not', async (name) => {
  expect(await answer(files.uri(name))).toEqual(outside);
});

test.each([
  'file:///etc/passwd',
  'file:///etc/none-at-all',
  'file:///proc/self/environ',
  'file:///proc/self/root/etc/passwd',
  'file:///dev/zero',
  's3://bucket/key',
])('%s is outside', async (uri) => expect(await answer(uri)).toEqual(outside));

test('dots lead out of no place, encoded or not', async () => {
  const root = pathToFileURL(at('in')).href;
  expect(await answer(`${root}/../out/secret`)).toEqual(outside);
  expect(await answer(`${root}/%2e%2e/out/secret`)).toEqual(outside);
  expect(() => inside.check(`${root}/..%2Fout/secret`)).toThrow('source.uri');
  expect(await answer(`${root}/a.csv%00`)).toContain('no such file');
});

test('what is not there inside is told, and a named pipe holds nobody up', async () => {
  expect(await answer(files.uri('in/none.csv'))).toContain('(no such file)');
  expect(await answer(files.uri('in/pipe'))).toContain('(not a regular file)');
});

test('without places nothing is opened but uploads', async () => {
  expect(await answer(files.uri('in/a.csv'), opener(''))).toEqual(outside);
  expect(await answer(files.uri('store/uploads/0a.csv'), opener(''))).toBe('opened');
});

test('a link that is replaced again and again never leads out', async () => {
  const link = at('in/moving');
  const swap = (to: string) => {
    symlinkSync(to, `${link}.new`);
    renameSync(`${link}.new`, link);
  };
  swap(at('in/a.csv'));
  let isOver = false;
  const swapping = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      swap(at(turn % 2 === 0 ? 'out/secret' : 'in/a.csv'));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let turn = 0; turn < 300; turn += 1) {
    const file = await inside.open(files.uri('in/moving')).catch(() => null);
    if (file === null) continue;
    expect((await file.read(0, 6)).toString()).toBe('a\n1\n');
    await file.close();
  }
  isOver = true;
  await swapping;
  rmSync(link);
});

test.each([
  ['s3://bucket/in', 's3://bucket/in-another/a.csv'],
  ['s3://bucket/in', 's3://bucket2/in/a.csv'],
  ['s3://bucket/in', 's3://bucket/in/../out/a.csv'],
  ['s3://bucket/in', 's3://bucket/in//a.csv'],
  ['s3://bucket/in', 's3://bucket/in/./a.csv'],
  ['s3://bucket', 's3://bucket'],
])('%j does not hold %j', async (place, uri) => expect(await answer(uri, opener(place))).toEqual(outside));

test.each([
  [`file:${at('in')},file:${at('store')}`, `file:${at('store')}`],
  [`file:${at('store/pipelines')}`, `file:${at('store')}`],
  [`file:${files.folder}`, `file:${at('store/not/yet')}`],
  [`file:${at('linked/below')}`, `file:${at('in')}`],
  [`file:${at('in')}`, `file:${at('leads-in-later')}`],
  [`file:${at('in')}`, `file:${at('leads-on/below')}`],
  [`file:${at('leads-on')}`, `file:${at('linked')}`],
  ['s3://bucket/a', 's3://bucket/a/b'],
  ['s3://bucket', 's3://bucket/a'],
])('%s with the storage %s is refused at the start', (sources, storage) => {
  const load = () => loadConfig({ TEMPORAL_CONFIG_FILE: '', PRISM_SOURCES: sources, PRISM_STORAGE: storage });
  expect(load).toThrow(/PRISM_SOURCES: saw .* with PRISM_STORAGE/);
});

test.each([
  [`file:${at('in')}`, `file:${at('in-another')}`],
  [`file:${at('out')}`, `file:${at('leads-on/below')}`],
  [`file:${at('in')}`, `file:${at('endless')}`],
  ['s3://bucket/a', 's3://bucket/ab'],
  ['s3://bucket/a, file:/data', 's3://other/a'],
])('%s with the storage %s is accepted', (sources, storage) => {
  expect(loadConfig({ PRISM_SOURCES: sources, PRISM_STORAGE: storage }).sources).not.toHaveLength(0);
});

test.each(['/data', 'file:', 's3://bucket/a//b', 'file:/data,', 'https://x/y'])(
  '%j is no list of sources',
  (text) => expect(() => loadConfig({ PRISM_SOURCES: text })).toThrow('PRISM_SOURCES: saw'),
);

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillCacheFolder } from '../../src/dev/cache-folder';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prism-cache-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const fillWith = (text: string) => (folder: string) => {
  writeFileSync(join(folder, 'file'), text);
  return Promise.resolve();
};

test('the folder appears only when it is whole', async () => {
  const folder = join(root, 'new', 'tool');
  await fillCacheFolder(folder, async (working) => {
    expect(existsSync(folder)).toBe(false);
    await fillWith('whole')(working);
  });
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('whole');
});

test('a folder that another run has filled in the meantime stays', async () => {
  const folder = join(root, 'tool');
  await fillCacheFolder(folder, async (working) => {
    await fillCacheFolder(folder, fillWith('first'));
    await fillWith('second')(working);
  });
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('first');
  expect(readdirSync(root)).toEqual(['tool']);
});

test('what a killed run left behind is removed, a run in progress is not', async () => {
  for (const name of ['tool.partial-old', 'tool.partial-new', 'other.partial-old'])
    mkdirSync(join(root, name));
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of ['tool.partial-old', 'other.partial-old'])
    utimesSync(join(root, name), longAgo, longAgo);
  await fillCacheFolder(join(root, 'tool'), fillWith('x'));
  expect(readdirSync(root).sort()).toEqual(['other.partial-old', 'tool', 'tool.partial-new']);
});

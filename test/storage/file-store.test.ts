import { mkdtemp, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFileStore } from '../../src/storage/file-store';
import { contentOf, describeStore } from './support/store-behaviour';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file store '));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a store in a directory', () => {
  describeStore(() => ({ store: createFileStore(folder), root: pathToFileURL(folder).href }));

  test('keeps its files to their owner', async () => {
    const store = createFileStore(join(folder, 'new'));
    await store.write('a/b', ['x']);
    const modeOf = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
    expect(await modeOf('new')).toBe(0o700);
    expect(await modeOf('new/a')).toBe(0o700);
    expect(await modeOf('new/a/b')).toBe(0o600);
  });

  test('leaves no drafts behind, after success or failure', async () => {
    const store = createFileStore(folder);
    await store.write('a', ['x']);
    function* breaking() {
      yield 'x';
      throw new Error('no more');
    }
    await expect(store.write('b', breaking())).rejects.toThrow('no more');
    await mkdir(join(folder, 'taken'));
    await expect(store.write('taken', ['x'])).rejects.toThrow(/^writing .*taken: /);
    expect((await readdir(folder)).sort()).toEqual(['a', 'taken']);
  });

  test('shows a reader the whole of an object or what was there before', async () => {
    const store = createFileStore(folder);
    const { uri } = await store.write('a', ['before']);
    const seen: string[] = [];
    async function* slow() {
      yield Buffer.alloc(1_000_000, 'x');
      seen.push(await contentOf(store, uri));
      yield 'end';
    }
    await store.write('a', slow());
    expect(seen).toEqual(['before']);
    expect(await contentOf(store, uri)).toHaveLength(1_000_003);
  });

  test('does not follow a link out of itself', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    try {
      await writeFile(join(outside, 'secret'), 'x');
      await symlink(outside, join(folder, 'link'));
      const uri = pathToFileURL(join(folder, 'link', 'secret')).href;
      await expect(contentOf(createFileStore(folder), uri)).rejects.toThrow('not a file of the store');
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test('works where its own path is a link', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    const store = createFileStore(join(folder, 'link'));
    const { uri } = await store.write('a', ['x']);
    expect(await contentOf(store, uri)).toBe('x');
  });

  test('says which folder it could not write to', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = createFileStore(join(folder, 'file'));
    await expect(store.write('a', ['x'])).rejects.toThrow(/^writing .*file.a: .*(ENOTDIR|EEXIST)/);
  });

  test('lets two writers of one name both succeed', async () => {
    const store = createFileStore(folder);
    const writes = Array.from({ length: 8 }, () => store.write('a', ['same', ' content']));
    const [first, ...others] = await Promise.all(writes);
    for (const other of others) expect(other).toEqual(first);
    expect(await readdir(folder)).toEqual(['a']);
  });
});

import { createHash } from 'node:crypto';
import { StorageError } from '../../../src/ports/storage-error';
import type { ObjectStore } from '../../../src/ports/object-store';

/** The content of an object, read through its store. */
export async function contentOf(
  store: ObjectStore,
  uri: string,
  range?: { start: number; end: number },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(uri, range)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What every store promises. `setup` gives a store and the URI of its root, without a slash at the end. */
export function describeStore(setup: () => { store: ObjectStore; root: string }): void {
  test('gives back what was written, with its URI, size and hash', async () => {
    const { store, root } = setup();
    const text = 'one\nzwölf\n';
    const written = await store.write('results/t/j.ndjson', ['one\n', Buffer.from('zwölf\n')]);
    expect(written).toEqual({
      uri: `${root}/results/t/j.ndjson`,
      bytes: 11,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
    expect(await contentOf(store, written.uri)).toBe(text);
  });

  test('reads a range of bytes, the end exclusive', async () => {
    const { store } = setup();
    const { uri } = await store.write('range', ['0123456789']);
    expect(await contentOf(store, uri, { start: 2, end: 5 })).toBe('234');
    expect(await contentOf(store, uri, { start: 0, end: 10 })).toBe('0123456789');
    expect(await contentOf(store, uri, { start: 8, end: 99 })).toBe('89');
    expect(await contentOf(store, uri, { start: 4, end: 4 })).toBe('');
    expect(await contentOf(store, uri, { start: 10, end: 99 })).toBe('');
  });

  test('has a store in each of its folders', async () => {
    const { store, root } = setup();
    const { uri } = await store.write('folder/below/x', ['x']);
    const besides = await store.write('folder-besides/x', ['x']);
    const below = store.below('folder');
    expect(await contentOf(below, uri)).toBe('x');
    for (const outside of [besides.uri, `${root}/folder/../folder-besides/x`, `${root}/folder`])
      await expect(contentOf(below, outside)).rejects.toMatchObject({ outside: true });
    await expect(contentOf(below, `${root}/folder/none`)).rejects.toMatchObject({ missing: true });
  });

  test('lists what lies below a folder, with its size and time, and nothing of folders beside it', async () => {
    const { store } = setup();
    const beganAt = Date.now();
    const one = await store.write('listed/a/one', ['1']);
    const two = await store.write('listed/b', ['22']);
    await store.write('listed-besides/x', ['x']);
    const found = [];
    for await (const object of store.list('listed')) found.push(object);
    expect(found.sort((a, b) => a.bytes - b.bytes)).toMatchObject([
      { name: 'listed/a/one', uri: one.uri, bytes: 1 },
      { name: 'listed/b', uri: two.uri, bytes: 2 },
    ]);
    // The store's clock need not be ours, and may count in seconds.
    for (const { writtenAtMs } of found) expect(Math.abs(writtenAtMs - beganAt)).toBeLessThan(3_600_000);
    for await (const object of store.list('none')) throw new Error(`found ${object.name}`);
  });

  test('removes an object, also one that is not there', async () => {
    const { store, root } = setup();
    const { uri } = await store.write('short-lived/x', ['x']);
    await store.remove(uri);
    await expect(contentOf(store, uri)).rejects.toBeInstanceOf(StorageError);
    await store.remove(uri);
    await expect(store.remove(`${root}/../elsewhere`)).rejects.toBeInstanceOf(StorageError);
  });

  test('keeps an empty object', async () => {
    const { store } = setup();
    const { uri, bytes } = await store.write('empty', []);
    expect(bytes).toBe(0);
    expect(await contentOf(store, uri)).toBe('');
  });

  test('takes a long stream of lines', async () => {
    const { store } = setup();
    const line = `${'x'.repeat(99)}\n`;
    const hash = createHash('sha256');
    function* lines() {
      for (let row = 0; row < 200_000; row += 1) {
        hash.update(line);
        yield line;
      }
    }
    const written = await store.write('long', lines());
    expect(written).toMatchObject({ bytes: 20_000_000, sha256: hash.digest('hex') });
    const read = createHash('sha256');
    for await (const chunk of await store.read(written.uri)) read.update(chunk);
    expect(read.digest('hex')).toBe(written.sha256);
  });

  test('replaces what was there, under the same URI', async () => {
    const { store } = setup();
    const first = await store.write('same', ['first, and longer']);
    const second = await store.write('same', ['second']);
    expect(second.uri).toBe(first.uri);
    expect(await contentOf(store, first.uri)).toBe('second');
  });

  test.each([1, 20_000_000])(
    'a stream that fails after %d bytes leaves what was there, and its own error',
    async (bytes) => {
      const { store } = setup();
      const { uri } = await store.write('kept', ['before']);
      const failure = new Error('the source broke');
      function* breaking() {
        for (let sent = 0; sent < bytes; sent += 100_000) yield Buffer.alloc(Math.min(bytes, 100_000));
        throw failure;
      }
      await expect(store.write('kept', breaking())).rejects.toBe(failure);
      expect(await contentOf(store, uri)).toBe('before');
    },
  );

  test.each([
    '',
    '/',
    '..',
    '../x',
    'a/../../x',
    'a//b',
    './a',
    'a/.',
    '/etc/passwd',
    'a\\..\\b',
    'a\0b',
    'x'.repeat(256),
  ])('refuses to write under the name %j', async (name) => {
    const { store } = setup();
    await expect(store.write(name, ['x'])).rejects.toBeInstanceOf(StorageError);
  });

  test('refuses to read outside itself', async () => {
    const { store, root } = setup();
    await store.write('inside', ['x']);
    const outside = [
      ...[root, `${root}/`, `${root}/../inside`, `${root}/a/../../x`, `${root}-beside/x`, `${root}/%2e%2e/x`],
      ...[
        'file:///etc/passwd',
        'file://host/etc/passwd',
        's3://other/x',
        'http://127.0.0.1/x',
        '/etc/passwd',
        '',
      ],
    ];
    for (const uri of outside) await expect(contentOf(store, uri)).rejects.toBeInstanceOf(StorageError);
  });

  test('says what it could not read', async () => {
    const { store, root } = setup();
    await expect(contentOf(store, `${root}/missing`)).rejects.toThrow(/^reading .*missing: .+/);
  });
}

import fc from '../support/properties';
import { storageName } from '../../src/ports/storage-name';
import { isSafeName } from '../../src/storage/names';

test('plain ids stand as they are', () => {
  const team = '7951e46f-5947-4685-9da7-54824ebc0f4d';
  expect(storageName(['results', team, 'imp_01JZ8Q4W7S'], '.ndjson')).toBe(
    `results/${team}/imp_01JZ8Q4W7S.ndjson`,
  );
});

test.each(['..', '', 'a/b', 'a\\b', 'x'.repeat(121), 'h-0', 'Jürgen', '.hidden', 'a\0b'])(
  '%j becomes a hash',
  (id) => {
    expect(storageName(['results', id])).toMatch(/^results\/h-[0-9a-f]{40}$/);
  },
);

test('any ids give a name that stays in its store, the same again, and unlike that of other ids', () => {
  const id = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 3 }));
  fc.assert(
    fc.property(id, id, (first, second) => {
      const name = storageName([first], '.ndjson');
      expect(isSafeName(name)).toBe(true);
      expect(storageName([first], '.ndjson') === storageName([second], '.ndjson')).toBe(first === second);
    }),
  );
});

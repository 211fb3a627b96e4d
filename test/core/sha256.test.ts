import { createHash } from 'node:crypto';
import fc from '../support/properties';
import { sha256 } from '../../src/core/sha256';

const expected = (text: string) => createHash('sha256').update(text).digest('hex');

test.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 16_700])(
  'a text of %d characters has its hash',
  (length) => {
    const text = 'x'.repeat(length);
    expect(sha256(text)).toBe(expected(text));
  },
);

test('every text of ASCII has its hash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(expected(text));
    }),
  );
});

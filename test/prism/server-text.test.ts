import fc from '../support/properties';
import type { JsonText } from '../../src/ports/json-text';
import { WrittenRow } from '../../src/ports/written-row';
import { readJson } from '../../src/prism/read-json';
import { maskSecrets, maskValues, readServerError } from '../../src/prism/server-text';

test.each([
  [
    '{"error":{"code":"a_b","message":"no","request_id":"r1"}}',
    { code: 'a_b', message: 'no', requestId: 'r1' },
  ],
  ['{"message":"no","code":"a_b"}', { code: 'a_b', message: 'no', requestId: null }],
  ['{"error":{"message":"no"},"code":"a_b"}', { code: 'a_b', message: 'no', requestId: null }],
  ['{"error":"no"}', { code: null, message: 'no', requestId: null }],
  ['{"error":{"code":7,"message":["no"]}}', { code: null, message: null, requestId: null }],
  [
    '{"error":{"message":"no","errors":[{"field":".body.x","message":"odd"},null,{"code":"c"},{"field":"later"}]}}',
    { code: null, message: 'no; .body.x odd', requestId: null },
  ],
  ['', { code: null, message: null, requestId: null }],
  ['<html>', { code: null, message: null, requestId: null }],
  ['null', { code: null, message: null, requestId: null }],
  ['[1]', { code: null, message: null, requestId: null }],
])('reads the error body %s', async (body, expected) => {
  expect(readServerError(await readJson(body))).toEqual(expected);
});

test('survives any body', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
      expect(Object.keys(readServerError(await readJson(body)))).toHaveLength(3);
    }),
  );
});

test('takes secrets and control characters out, and bounds the length', () => {
  const mask = maskSecrets(() => ['sk-12345', '']);
  expect(mask('key sk-12345 and sk-12345\nline')).toBe('key … and … line');
  expect(mask('x'.repeat(10_000)).length).toBeLessThan(400);
});

test('takes the words of row values out of a message, and leaves property slugs', async () => {
  const rows = [{ default: { full_name: 'Ada Lovelace', age: 36, tags: ['Zürich'] } }];
  expect(await maskValues(rows)("full_name 'ADA lovelace' (36, zürich) is odd")).toBe(
    "full_name '… …' (…, …) is odd",
  );
});

test('finds a word that a cut goes through, in a row as it is sent', async () => {
  const note = `${'x '.repeat(16 * 1024 - 1)}Lovelace`; // the word lies across the first 32 KiB
  expect(await maskValues([WrittenRow.from({ default: { note } })])('lovelace is odd')).toBe('… is odd');
});

test('takes out digits that JavaScript does not hold, as the row has them', async () => {
  const exact = WrittenRow.of([['n', '{"a":[9007199254740993]}' as JsonText]]);
  expect(await maskValues([exact])('a: saw 9007199254740993')).toBe('a: saw …');
});

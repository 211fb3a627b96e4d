import { dedupeProperty, hasDedupeValue } from '../../../src/core/pipeline/dedupe-value';

test.each([
  { options: {}, property: null },
  { options: { dedupe_by: 'email' }, property: 'email' },
  { options: { dedupe_by: ['email'] }, property: 'email' },
])('the property of $options is $property', ({ options, property }) => {
  expect(dedupeProperty(options)).toBe(property);
});

test.each([['a.test'], [' a.test '], [0], [false], [{}], [['a.test']], [[null, 'a.test']], [[[], ['', 0]]]])(
  '%j is a value to find a record by',
  (value) => {
    expect(hasDedupeValue({ default: { domain: value } }, 'domain')).toBe(true);
  },
);

test.each([
  [null],
  [undefined],
  [''],
  ['  '],
  ['\t\r\n'],
  ['\u00a0\u3000'],
  ['\ufeff\u200b'],
  [[]],
  [['', ' ', null]],
  [[[]]],
])('%j is none', (value) => {
  expect(hasDedupeValue({ default: { domain: value } }, 'domain')).toBe(false);
});

test('a row without the property has none, whatever its property is called', () => {
  expect(hasDedupeValue({ default: { name: 'a' } }, 'domain')).toBe(false);
  expect(hasDedupeValue({ default: {} }, 'constructor')).toBe(false);
  expect(hasDedupeValue({}, 'domain')).toBe(false);
  expect(
    hasDedupeValue(
      { default: JSON.parse('{"__proto__": "a"}') as object as Record<string, unknown> },
      '__proto__',
    ),
  ).toBe(true);
});

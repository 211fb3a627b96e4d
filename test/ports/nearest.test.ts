import fc from '../support/properties';
import { nearest } from '../../src/ports/nearest';
import { leastStall } from '../support/longest-stall';

const words = ['primary_domain', 'name', 'headcount', 'labels', 'linkedin', 'first_name', 'last_name'];
const known = words.map((word) => ({ word }));

test.each([
  ['primary_domian', ['primary_domain']],
  ['Primary Domain', ['primary_domain']],
  ['domain', ['primary_domain']],
  ['headcuont', ['headcount']],
  ['nmae', ['name']],
  ['label', ['labels']],
  ['firstName', ['first_name']],
  ['LinkedIn URL', ['linkedin']],
  ['revenue', []],
  ['', []],
  ['—', []],
])('%j may mean %j', (given, expected) => {
  expect(nearest(given, known).slice(0, expected.length || 1)).toEqual(expected);
});

test('a property is found by the name that people see', () => {
  expect(nearest('Number of employees', [{ word: 'headcount', label: 'Number of employees' }])).toEqual([
    'headcount',
  ]);
});

test('one letter more, less or other is near to any word', () => {
  const letter = fc.constantFrom(...'abcdefghij');
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.nat(), letter, (word, at, added) => {
      const place = at % word.length;
      const typed = [
        word.slice(0, place) + added + word.slice(place),
        word.slice(0, place) + added + word.slice(place + 1),
      ];
      for (const given of typed) expect(nearest(given, known)).toContain(word);
    }),
  );
});

test('long words and many of them take no time', async () => {
  const many = Array.from({ length: 50_000 }, (_, n) => ({ word: `${'x'.repeat(1000)}${n}` }));
  const { stallMs } = await leastStall(1000, () => Promise.resolve(nearest('x'.repeat(1_000_000), many)));
  expect(stallMs).toBeLessThan(1000);
});

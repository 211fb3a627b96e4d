import type { JsonText } from '../../src/ports/json-text';
import { WrittenRow } from '../../src/ports/written-row';

const values = [
  ['a', '9007199254740993'],
  ['__proto__', '"x"'],
  ['é"', '[1.0]'],
] as [string, JsonText][];

test('writes values as they stand, under their names', () => {
  const json = '{"default":{"a":9007199254740993,"__proto__":"x","é\\"":[1.0]}}';
  expect(WrittenRow.of(values).json.toString()).toBe(json);
  expect(WrittenRow.of([]).json.toString()).toBe('{"default":{}}');
});

test('reads one property, before and after it is written', () => {
  const row = WrittenRow.of(values);
  const read = (property: string) =>
    Object.entries(row.pick(property).default ?? {}).filter(([name]) => name === property);
  const check = () => {
    expect(read('__proto__')).toEqual([['__proto__', 'x']]);
    expect(read('é"')).toEqual([['é"', [1]]]);
    expect(read('constructor')).toEqual([]);
  };
  check();
  expect(row.json.length).toBeGreaterThan(0);
  check();
});

test('a row that cannot be written says so when it is asked for', () => {
  const row = WrittenRow.from({ default: { n: 1n } });
  expect(() => row.json).toThrow(TypeError);
});

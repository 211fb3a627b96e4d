import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variablesSchema } from '../../src/config/variables';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');

/**
 * The items of the list of variables: which ones an item is about, `*` standing for any ending, and the default it
 * names.
 */
const items = [...page.matchAll(/^- (`[A-Z].*?) \(default: (.*?)\):/gm)].map(
  ([, names = '', byDefault = '']) => ({
    patterns: [...names.matchAll(/`([A-Z_*]+)`/g)].map(([, name = '']) => name),
    byDefault,
  }),
);
const named = new Set(items.flatMap(({ patterns }) => patterns));
/** An item of many is about those that have none of their own. */
const isAbout = (pattern: string, variable: string) =>
  pattern.endsWith('*')
    ? variable.startsWith(pattern.slice(0, -1)) && !named.has(variable)
    : variable === pattern;

const defaults = Object.entries(variablesSchema.parse({}));
const variables = Object.keys(variablesSchema.shape);

test.each(variables)('%s is explained', (variable) => {
  expect(items.filter(({ patterns }) => patterns.some((pattern) => isAbout(pattern, variable)))).toHaveLength(
    1,
  );
});

test.each(defaults.filter(([name]) => items.some(({ patterns }) => patterns.includes(name))))(
  '%s is by default %j, as the page says',
  (variable, value) => {
    const item = items.find(({ patterns }) => patterns.includes(variable));
    expect(item?.byDefault.replaceAll('`', '')).toBe(
      value === undefined ? 'none' : JSON.stringify(value).replaceAll('"', ''),
    );
  },
);

test('a variable without a default is said to have none', () => {
  const withDefault = new Set(defaults.filter(([, value]) => value !== undefined).map(([name]) => name));
  const others = items.filter(
    ({ patterns: [name = ''] }) => variables.includes(name) && !withDefault.has(name),
  );
  expect(others.length).toBeGreaterThan(4);
  for (const { byDefault } of others) expect(byDefault).toBe('none');
});

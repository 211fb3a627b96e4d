import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variablesSchema } from '../../src/config/variables';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');

/**
 * The rows of the table of variables: which ones a row is about, `*` standing for any ending, and the default it names.
 */
const rows = [...page.matchAll(/^\| (`[A-Z].*?) +\| (.*?) +\|/gm)].map(([, names = '', byDefault = '']) => ({
  patterns: [...names.matchAll(/`([A-Z_*]+)`/g)].map(([, name = '']) => name),
  byDefault,
}));
const isAbout = (pattern: string, variable: string) =>
  pattern.endsWith('*') ? variable.startsWith(pattern.slice(0, -1)) : variable === pattern;

const defaults = Object.entries(variablesSchema.parse({}));
const variables = Object.keys(variablesSchema.shape);

test.each(variables)('%s is explained', (variable) => {
  expect(rows.filter(({ patterns }) => patterns.some((pattern) => isAbout(pattern, variable)))).toHaveLength(
    1,
  );
});

test.each(defaults.filter(([name]) => rows.some(({ patterns }) => patterns.includes(name))))(
  '%s is by default %j, as the page says',
  (variable, value) => {
    const row = rows.find(({ patterns }) => patterns.includes(variable));
    expect(row?.byDefault.replaceAll('`', '')).toBe(String(value ?? 'none'));
  },
);

test('a variable without a default is said to have none', () => {
  const withDefault = new Set(defaults.filter(([, value]) => value !== undefined).map(([name]) => name));
  const others = rows.filter(
    ({ patterns: [name = ''] }) => variables.includes(name) && !withDefault.has(name),
  );
  expect(others.length).toBeGreaterThan(4);
  for (const { byDefault } of others) expect(byDefault).toBe('none');
});

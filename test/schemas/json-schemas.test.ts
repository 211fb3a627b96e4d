import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from '../support/properties';
import { activityInputs } from '../../src/activities/activity-inputs';
import { parseDuration } from '../../src/core/duration';
import { durationPattern, intervalPattern } from '../../src/core/duration-pattern';
import { importRecordsInputSchema } from '../../src/core/pipeline/input';
import { trackImportInputSchema } from '../../src/core/tracker/input';
import { pollingSchema } from '../../src/core/tracker/polling';
import { subscribe } from '../../src/core/tracker/subscribers';
import { checkInput, describeProblems } from '../../src/core/validation';
import { jsonSchemas } from '../../src/entries/json-schemas';
import { validatorOf } from '../support/by-schema';
import { examples } from './support/examples';

const folder = join(__dirname, '..', '..', 'schemas');
const schemas = jsonSchemas();

test.each(Object.entries(schemas))('schemas/%s is what the code checks', (name, schema) => {
  const file = join(folder, `${name}.schema.json`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('no file of schemas/ is left over', () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
});

test('the schema of a tracker shows the form of durations and hides what is internal', () => {
  const text = JSON.stringify(schemas['track-import-input']);
  expect(text).toContain(JSON.stringify(durationPattern));
  expect(text).not.toContain('carried');
});

/** Every pattern of a schema, wherever it is. */
function patternsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsOf(value),
  );
}

test.each(Object.entries(schemas))(
  'patterns of %s mean the same in Go, Java, Python and JavaScript',
  (_, schema) => {
    for (const pattern of patternsOf(schema)) {
      // Go has no \u, no lookaround and no back reference, and counts to 1000; to Python \d, \w, \s are of all Unicode.
      expect(pattern).not.toMatch(/\\[^.rnx\\]|\(\?[^:]|\\x(?![0-9a-f]{2})|[*+?}][+?]/);
      for (const [, most] of pattern.matchAll(/\{\d+,(\d+)\}/g))
        expect(Number(most)).toBeLessThanOrEqual(1000);
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
    }
  },
);

/** The fields, wherever they are, of which a schema says nothing. */
function silentFields(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'properties') return silentFields(value, path);
    return Object.entries(value as Record<string, { description?: string }>).flatMap(([name, field]) => [
      ...(field.description ? [] : [`${path}.${name}`]),
      ...silentFields(field, `${path}.${name}`),
    ]);
  });
}

test.each(Object.entries(schemas))('%s has a title and says what its fields are', (_, schema) => {
  const { title, description } = schema as { title?: string; description?: string };
  expect([title, description]).toEqual([expect.any(String), expect.any(String)]);
  expect(silentFields(schema)).toEqual([]);
});

/** What the code takes, by the schema that says so. */
const code: Record<string, (value: unknown) => string> = {
  'track-import-input': (value) => problemsOf(trackImportInputSchema, value),
  'import-records-input': (value) => problemsOf(importRecordsInputSchema, value),
  'set-polling-input': (value) => problemsOf(pollingSchema, value),
  'read-results-input': (value) => problemsOf(activityInputs.readResults, value),
  'subscribe-input': (value) => subscribe([], value) ?? '',
  'poll-now-input': () => '',
};

function problemsOf(schema: Parameters<typeof checkInput>[0], value: unknown): string {
  const checked = checkInput(schema, value);
  return checked.ok ? '' : describeProblems(checked.problems);
}

test('every schema has an example of each verdict; all but that of pollNow refuse something', () => {
  const verdicts = (name: string) => new Set(examples[name]?.map(({ accepted }) => accepted));
  const lacking = Object.keys(schemas).filter((name) => verdicts(name).size < 2);
  expect(lacking).toEqual(['poll-now-input']);
  expect(verdicts('poll-now-input')).toEqual(new Set([true]));
});

describe.each(Object.entries(examples))('%s', (name, ofSchema) => {
  const validate = validatorOf(name);
  const check = code[name];
  test.each(ofSchema)('$name: accepted $accepted', ({ accepted, json, says = '' }) => {
    const value: unknown = JSON.parse(json);
    expect({ schema: validate(value), json }).toEqual({ schema: accepted, json });
    if (check === undefined) return;
    const problems = check(value);
    if (accepted) expect(problems).toBe('');
    else expect(problems).toContain(says);
    if (!accepted) expect(problems).not.toBe('');
  });
});

test('what is sent may have further fields, at every place; what is accepted may not', () => {
  const schemasOfInputs = new Set(Object.keys(code));
  const isClosed = (schema: unknown) => JSON.stringify(schema).includes('"additionalProperties":false');
  const closed = Object.keys(schemas).filter((name) => isClosed(schemas[name]));
  expect(closed.sort()).toEqual([...schemasOfInputs].filter((name) => name !== 'poll-now-input').sort());
});

const number = fc.oneof(
  fc.integer({ min: 0, max: 999_999 }).map(String),
  fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 9999 }))
    .map((parts) => parts.join('.')),
);
const part = (units: string[]) =>
  fc
    .option(number, { nil: undefined })
    .chain((amount) =>
      fc.constantFrom(...units).map((unit) => (amount === undefined ? '' : `${amount}${unit}`)),
    );
const texts = fc.oneof(
  fc
    .tuple(number, fc.constantFrom('ms', ' s', 's', 'm', ' minutes', 'hours', 'd'))
    .map((parts) => parts.join('')),
  fc.tuple(part(['h']), part(['m']), part(['s', 'ms', 'us', 'ns'])).map((parts) => parts.join('')),
  fc.tuple(part(['W', 'D']), part(['H']), part(['M']), part(['S'])).map(([date, ...time]) => {
    const clock = time.join('');
    return `P${date}${clock === '' ? '' : `T${clock}`}`;
  }),
);

test('what the pattern of intervals takes is at least 100 ms or nothing, and it takes all that has one part as long', () => {
  const [duration, interval] = [new RegExp(durationPattern, 'u'), new RegExp(intervalPattern, 'u')];
  fc.assert(
    fc.property(texts, (text) => {
      const ms = parseDuration(text);
      expect(duration.test(text)).toBe(ms !== undefined);
      const isLong = ms === 0 || (ms !== undefined && ms >= 102);
      if (interval.test(text)) expect(ms === 0 || (ms ?? 0) >= 100).toBe(true);
      else if (isLong) expect(text).toMatch(/[0-9][^0-9. ]+[0-9]/);
    }),
    { numRuns: 2000 },
  );
});

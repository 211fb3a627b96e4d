import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importRecordsInputSchema } from '../../src/core/pipeline/input';
import { trackImportInputSchema } from '../../src/core/tracker/input';
import { parsePolling } from '../../src/core/tracker/polling';
import { checkInput } from '../../src/core/validation';
import { parseDuration } from '../../src/core/duration';
import { jsonSchemas } from '../../src/entries/json-schemas';

const pageOf = (file: string) => readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');

test.each([
  ['tracking.md', trackImportInputSchema],
  ['importing.md', importRecordsInputSchema],
] as const)('the input shown in docs/%s is accepted', (file, schema) => {
  const [, text = ''] = /```json\n([\s\S]*?)```/.exec(pageOf(file)) ?? [];
  expect(checkInput(schema, JSON.parse(text))).toMatchObject({ ok: true });
});

interface Schema {
  default?: unknown;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
}
const schemas = jsonSchemas() as Record<string, Schema>;
/** The fields of an object, whatever else may stand in its place. */
const fieldsOf = ({ properties, anyOf = [] }: Schema): Record<string, Schema> =>
  properties ?? anyOf.find((each) => each.properties !== undefined)?.properties ?? {};

/** The fields that the items of a section are about, each with the default that it names. */
function listedIn(file: string, heading: string): Map<string, string | null> {
  const [, section = ''] = pageOf(file).split(`\n${heading}\n`);
  const items = section.split(/^##/m)[0]?.matchAll(/^- (`[\w.`, ]+)(?: \(default: ([^)]*)\))?:/gm) ?? [];
  return new Map(
    [...items].flatMap(([, names = '', byDefault]) =>
      [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => [name, byDefault ?? null] as const),
    ),
  );
}

test('docs/tracking.md lists the fields of the input', () => {
  const fields = Object.keys(fieldsOf(schemas['track-import-input'] ?? {}));
  expect([...listedIn('tracking.md', '## Input').keys()].sort()).toEqual(fields.sort());
});

test('docs/tracking.md lists the fields of polling with their defaults', () => {
  const { initialIntervalMs, maximumIntervalMs, ...others } = parsePolling({});
  const listed = [...listedIn('tracking.md', '### Polling')].map(([field, byDefault]) => {
    const text = byDefault?.replace(/[`']/g, '') ?? '';
    const value = /Interval$/.test(field)
      ? parseDuration(text)
      : text === 'none'
        ? null
        : (JSON.parse(text) as unknown);
    return [field, value];
  });
  expect(Object.fromEntries(listed)).toEqual({
    ...others,
    initialInterval: initialIntervalMs,
    maximumInterval: maximumIntervalMs,
  });
});

test('docs/importing.md lists the fields of the input, with the defaults that are numbers', () => {
  const fields = fieldsOf(schemas['import-records-input'] ?? {});
  const { source = {}, ...others } = fields;
  const ofSource = Object.keys(fieldsOf(source)).map((field) => `source.${field}`);
  const listed = listedIn('importing.md', '## Input');
  expect([...listed.keys()].sort()).toEqual([...Object.keys(others), ...ofSource].sort());
  for (const [field, { default: value }] of Object.entries(others))
    if (typeof value === 'number') expect(listed.get(field)).toBe(String(value));
});

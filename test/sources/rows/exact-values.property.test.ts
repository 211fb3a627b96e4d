import fc from '../../support/properties';
import type { Source } from '../../../src/core/pipeline/source';
import { fuzzRuns, fuzzSeed } from '../../support/fuzz-runs';
import { RecordRig } from '../support/planned';
import { objects, SentRows } from '../support/sent-rows';

const rig = new RecordRig();
const api = new SentRows();
beforeAll(() => api.start());
afterAll(async () => {
  await api.close();
  rig.remove();
});

const ndjson = (lines: readonly string[]): Source => ({
  uri: rig.write('rows.ndjson', lines.join('\n')),
  format: 'ndjson',
});

const seed = fuzzSeed();

const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{0,40}$/)).map((part) => part.join('')),
    ),
    fc.constantFrom('', '.0', '.10', '.1234567890123456789'),
    fc.constantFrom('', 'e5', 'E+05', 'e-400', 'e-0'),
  )
  .map((parts) => parts.join(''));
const space = fc.constantFrom('', '', ' ', '\t', '\r ');
const text = fc
  .array(
    fc.constantFrom(
      'a',
      '"',
      '\\',
      '/',
      '\n',
      'é',
      '🏛',
      '\u007f',
      '\ufeff',
      '{',
      '}',
      '[',
      ',',
      ':',
      '1e5',
      '\\u0041',
    ),
    {
      maxLength: 6,
    },
  )
  .chain((parts) =>
    fc.constantFrom(
      JSON.stringify(parts.join('')),
      JSON.stringify(parts.join('')).replace(
        /[^\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ),
  );
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(number, text, fc.constantFrom('true', 'false', 'null')),
    fc
      .array(fc.tuple(space, tie('value')), { maxLength: 4 })
      .map((list) => `[${list.map((part) => part.join('')).join(',')}]`),
    tie('object'),
  ),
  object: membersOf(tie('value')),
}));

/** Objects of any names, none of them twice. */
function membersOf(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const member = fc.tuple(text, space, space, of, space);
  const selector = ([name]: [string, ...string[]]) => JSON.parse(name) as string;
  return fc
    .uniqueArray(member, { maxLength: 5, selector })
    .map((list) => `{${list.map(([name, a, b, content, c]) => `${name}${a}:${b}${content}${c}`).join(',')}}`);
}
const row = membersOf(value).filter((object) => !/^\{\s*\}$/.test(object));

/** The tokens of JSON, by a pattern of their own; texts as what they say. */
const tokens = (json: string): unknown[] =>
  (json.match(/"(?:[^"\\]|\\.)*"|[^\s"{}[\]:,]+|[{}[\]:,]/g) ?? []).map((token) =>
    token.startsWith('"') ? `"${JSON.parse(token) as string}` : token,
  );

test('what is sent of any JSON is token for token what stood in the file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      expect(tokens(await api.bodyOf(await rig.rowsOf(ndjson(rows))))).toEqual(tokens(objects(...rows)));
    }),
    { numRuns: fuzzRuns(200), ...(seed !== undefined && { seed }) },
  );
});

test('a name twice anywhere in a row always makes it malformed', async () => {
  const cut = fc.nat();
  await fc.assert(
    fc.asyncProperty(row, cut, text, async (object, at, name) => {
      const places = [...object.matchAll(/"(?:[^"\\]|\\.)*"|\{/g)].filter(([token]) => token === '{');
      const place = places[at % places.length]?.index ?? 0;
      const rest = object.slice(place + 1);
      const comma = /^\s*\}/.test(rest) ? '' : ',';
      const doubled = `${object.slice(0, place + 1)}${name}:1,${name}:1${comma}${rest}`;
      expect(await rig.read(ndjson([doubled]))).toEqual([
        { line: 1, malformed: 'has a name twice in one object' },
      ]);
    }),
    { numRuns: fuzzRuns(200), ...(seed !== undefined && { seed }) },
  );
});

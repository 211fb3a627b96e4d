import fc from '../../support/properties';
import type { RefusalSubject } from '../../../src/ports/prism-error';
import { readNamedRows } from '../../../src/prism/refusal/named-rows';
import { readJson } from '../../../src/prism/read-json';

const read = async (body: unknown, rows = 1000, quoted = ''): Promise<RefusalSubject> =>
  readNamedRows(await readJson(typeof body === 'string' ? body : JSON.stringify(body)), {
    rows,
    quotes: (looksLikeName) => Promise.resolve(looksLikeName(quoted)),
  });
const indexes = async (body: unknown, rows?: number) =>
  (await read(body, rows)).rows.map(({ index }) => index);
const inEnvelope = (error: object) => ({
  error: { code: 'invalid_request', message: 'Request validation failed', ...error },
});

test.each<{ how: string; body: unknown }>([
  {
    how: 'the documented form',
    body: inEnvelope({ errors: [{ field: '.body.objects[499].default.industry', message: 'm' }] }),
  },
  {
    how: 'a path without the body',
    body: inEnvelope({ errors: [{ path: 'objects[499].industry', message: 'm' }] }),
  },
  { how: 'dots', body: { errors: [{ param: 'objects.499.default.industry', msg: 'm' }] } },
  { how: 'a pointer', body: inEnvelope({ details: { pointer: '/objects/499/default/industry' } }) },
  {
    how: 'a pointer of JSON:API',
    body: { errors: [{ detail: 'm', source: { pointer: '#/objects/499/default/industry' } }] },
  },
  { how: 'a pointer into the list', body: { errors: [{ detail: 'm', pointer: '/499/default/industry' }] } },
  { how: 'JSONPath', body: { errors: [{ detail: 'm', path: "$['objects'][499]['default']" }] } },
  {
    how: 'a list',
    body: {
      detail: [{ loc: ['body', 'objects', 499, 'default', 'industry'], msg: 'm', type: 'value_error' }],
    },
  },
  {
    how: 'invalid parameters',
    body: { title: 't', 'invalid-params': [{ name: 'objects[499].industry', reason: 'm' }] },
  },
  {
    how: 'violations',
    body: { violations: [{ propertyPath: 'objects[499].default.industry', message: 'm' }] },
  },
  { how: 'an input_index', body: inEnvelope({ details: [{ input_index: 499, message: 'm' }] }) },
  { how: 'an index that is a text', body: { errors: [{ index: '499', message: 'm' }] } },
  { how: 'an index at the top', body: { code: 'c', message: 'm', index: 499 } },
  { how: 'a message with JSONPath', body: { message: "invalid: $['objects'][499]" } },
  ...[
    'objects/499/industry',
    'objects.499.industry',
    '#/objects/499',
    '$.objects[499]',
    'body.objects.499',
  ].map((said) => ({ how: `a message with ${said}`, body: inEnvelope({ message: `${said} is invalid` }) })),
  { how: 'an index beside the message', body: { message: 'm', index: 499 } },
  { how: 'a row_index in the details', body: inEnvelope({ details: { row_index: 499 } }) },
  { how: 'a list of indexes', body: inEnvelope({ details: { failed_indexes: [499] } }) },
  {
    how: 'results of which one failed',
    body: {
      message: 'm',
      results: [
        { input_index: 1, error: null },
        { input_index: 499, error: { message: 'm' } },
        { input_index: 3, status: 'ok' },
      ],
    },
  },
  { how: 'paths as names', body: { errors: { 'objects.499.default.industry': ['m'] } } },
  { how: 'a tree', body: { errors: { objects: { 499: { default: { industry: ['m'] } } } } } },
  { how: 'a message', body: { message: 'objects[499].industry: no such option' } },
  {
    how: 'a message in the documented form',
    body: inEnvelope({ message: 'Invalid value at "objects[499].default.industry".' }),
  },
  { how: 'a message with a pointer', body: { message: 'invalid: /objects/499/default/industry' } },
])('a row is named by $how', async ({ body }) => {
  expect(await indexes(body)).toEqual([499]);
});

test.each<{ how: string; body: unknown; named: number[] }>([
  {
    how: 'a list in a message',
    body: { message: 'objects[3], objects[7] and objects[9] are invalid' },
    named: [3, 7, 9],
  },
  { how: 'clauses', body: { message: 'objects[3].a: bad; objects[7].b: bad' }, named: [3, 7] },
  { how: 'a comparison', body: { message: 'objects[3] has the e-mail of objects[1]' }, named: [3] },
  {
    how: 'entries',
    body: { errors: [7, 3, 7].map((row) => ({ field: `objects[${row}].a`, message: `m${row}` })) },
    named: [3, 7],
  },
  {
    how: 'a path and a position in the list of errors',
    body: { errors: [{ field: 'objects[3].a', index: 0, message: 'm' }] },
    named: [3],
  },
])('of $how the rows $named are meant', async ({ body, named }) => {
  expect(await indexes(body)).toEqual(named);
});

test.each<{ what: string; body: unknown }>([
  { what: 'no JSON', body: '<html>objects[3]</html>' },
  { what: 'nothing', body: '' },
  { what: 'a row beyond the request', body: { errors: [{ field: 'objects[1000].a', message: 'm' }] } },
  { what: 'a property alone', body: inEnvelope({ errors: [{ field: 'industry', message: 'm' }] }) },
  { what: 'a row counted from who knows where', body: { message: 'row 3 is invalid', row: 3, line: 4 } },
  { what: 'a fraction', body: { errors: [{ field: 'objects[3.5]', message: 'objects[3.5] is odd' }] } },
  { what: 'a limit', body: inEnvelope({ message: 'objects: max 5, property 12' }) },
  { what: 'a list within a row', body: { errors: [{ field: 'tags[3]', message: 'm' }] } },
  {
    what: 'the objects as a whole',
    body: inEnvelope({ errors: [{ field: '.body.objects', message: 'm' }] }),
  },
  { what: 'other objects', body: { message: 'list-objects[3] and my_objects[3] are invalid' } },
  {
    what: 'rows that are well',
    body: {
      message: 'm',
      errors: [
        { index: 3, valid: true },
        { index: 4, error: null },
      ],
    },
  },
  { what: 'numbers that are no positions', body: inEnvelope({ details: { index: 1.5, input_index: -1 } }) },
  { what: 'names that every object has', body: { constructor: 1, __proto__: { index: 3, message: 'm' } } },
])('$what names no row', async ({ body }) => {
  expect(await read(body)).toEqual({ rows: [], aboutRequest: false });
});

test('a text names nothing when values of rows read like names, a member still does', async () => {
  expect((await read({ message: 'objects[3] is invalid' }, 9, 'see objects[3]')).rows).toEqual([]);
  expect(
    (await read({ errors: [{ field: 'objects[3]', message: 'm' }] }, 9, 'see objects[3]')).rows,
  ).toHaveLength(1);
});

test('each row has its own words, with the property that only its path names', async () => {
  const errors = [
    { field: '.body.objects[1].default.industry', message: 'no such option', code: 'unknown_option' },
    { field: '.body.objects[2].default.email', message: 'email is odd' },
    { field: '.body.objects[2].default.name', message: 'too long' },
  ];
  expect((await read(inEnvelope({ errors }))).rows).toEqual([
    { index: 1, code: 'unknown_option', message: 'industry: no such option' },
    { index: 2, code: 'invalid_request', message: 'email is odd; name: too long' },
  ]);
});

test.each<{ errors: { field: string }[]; aboutRequest: boolean }>([
  { errors: [{ field: '.body.options.dedupe_by' }], aboutRequest: true },
  { errors: [{ field: '.headers.idempotency-key' }, { field: 'options.list_id' }], aboutRequest: true },
  { errors: [{ field: '.body.options.dedupe_by' }, { field: 'industry' }], aboutRequest: false },
  { errors: [{ field: '.body.options.dedupe_by' }, { field: 'objects[1].a' }], aboutRequest: false },
])('$errors is about the request as such: $aboutRequest', async ({ errors, aboutRequest }) => {
  const body = inEnvelope({ errors: errors.map((each) => ({ ...each, message: 'm' })) });
  expect((await read(body)).aboutRequest).toBe(aboutRequest);
});

test('whatever the body, only rows of the request are named, each once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.integer({ min: 0, max: 5 }), async (body, rows) => {
      expect(await readJson(body)).toEqual(JSON.parse(body));
      const named = (await read(body, rows)).rows.map(({ index }) => index);
      expect(named).toEqual([...new Set(named)].filter((index) => index >= 0 && index < rows));
    }),
  );
  expect((await read('['.repeat(100_000))).rows).toEqual([]);
  expect((await read(`${'['.repeat(5000)}${']'.repeat(5000)}`)).rows).toEqual([]);
});

import type { RuleInput } from '../src/rules/rule';
import { benches, organizations, root, team } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const { objects: rows } = organizations(5);
type Refuse = NonNullable<RuleInput['refuse']>;
const third: Refuse['rows'] = { property: 'name', equals: rows[2]?.default.name };
const name = 'default.name';

test.each<{ named: Refuse['named']; said: object }>([
  { named: 'message', said: { message: 'objects[2].name: is not allowed' } },
  { named: 'path', said: { errors: [expect.objectContaining({ field: `.body.objects[2].${name}` })] } },
  {
    named: 'pointer',
    said: { details: { errors: [{ pointer: '/objects/2/default/name', detail: 'is not allowed' }] } },
  },
  {
    named: 'list',
    said: {
      details: { errors: [{ loc: ['body', 'objects', 2, 'default', 'name'], msg: 'is not allowed' }] },
    },
  },
  { named: 'index', said: { details: { errors: [{ input_index: 2, message: 'name is not allowed' }] } } },
  { named: 'none', said: { message: 'name is not allowed' } },
])(
  'an import that holds a row of the kind is refused as a whole, the row named by $named',
  async ({ named, said }) => {
    const { unchecked, emulator } = await bench({
      rules: [{ refuse: { rows: third, status: 422, code: 'bad', named } }],
    });
    const { status, body } = await unchecked.post(path, { objects: rows });
    expect({ status, error: body['error'] }).toMatchObject({ status: 422, error: { code: 'bad', ...said } });
    expect(emulator.controller.counts(team).organization).toBe(0);
    expect(emulator.controller.requests({ did: 'refused' })).toHaveLength(1);
  },
);

test('other imports go on, and other rules act on them', async () => {
  const { unchecked, emulator } = await bench({ rules: [{ refuse: { rows: third } }] });
  emulator.controller.addRule({ operation: 'import', nth: 1, respond: { status: 503 } });
  const others = rows.filter((_, position) => position !== 2);
  expect((await unchecked.post(path, { objects: others })).status).toBe(503);
  expect((await unchecked.post(path, { objects: others })).status).toBe(200);
  expect((await unchecked.post(path, { objects: rows })).status).toBe(400);
});

test.each<{ kind: Refuse['rows']; refused: number[] }>([
  { kind: { property: 'n', equals: 1 }, refused: [0] },
  { kind: { property: 'n', equals: null }, refused: [3] },
  { kind: { property: 'n', matches: '^b+$' }, refused: [1, 2] },
  { kind: { property: 'n', missing: true }, refused: [3, 4] },
])('$kind means the rows $refused', async ({ kind, refused }) => {
  const { post } = await bench({ rules: [{ refuse: { rows: kind } }] });
  const objects = [{ n: 1 }, { n: 'b' }, { n: 'bb' }, { n: null }, { m: 1 }].map((row) => ({ default: row }));
  const { body } = await post(path, { objects });
  const { errors } = body['error'] as { errors: { field: string }[] };
  expect(errors.map(({ field }) => field)).toEqual(refused.map((at) => `.body.objects[${at}].default.n`));
});

test('at most so many rows are named', async () => {
  const { post } = await bench({
    rules: [{ refuse: { rows: { property: 'name', matches: '.' }, most: 2 } }],
  });
  const { body } = await post(path, { objects: rows });
  expect((body['error'] as { errors: object[] }).errors).toHaveLength(2);
});

test('the key of a refused import replays the refusal', async () => {
  const { post, emulator } = await bench();
  const { remove } = emulator.controller.addRule({ refuse: { rows: third } });
  const key = { 'idempotency-key': 'k' };
  expect((await post(path, { objects: rows }, key)).status).toBe(400);
  remove();
  expect((await post(path, { objects: rows }, key)).status).toBe(400);
  expect((await post(path, { objects: rows }, { 'idempotency-key': 'other' })).status).toBe(200);
});

test.each<{ rule: object; problem: RegExp }>([
  { rule: { refuse: { rows: { property: 'name' } } }, problem: /exactly one of equals, matches and missing/ },
  { rule: { refuse: { rows: { property: 'name', matches: '(' } } }, problem: /a regular expression/ },
  { rule: { refuse: { rows: third, status: 409 } }, problem: /400 or 422/ },
  { rule: { refuse: { rows: third }, respond: 'hang' }, problem: /but not both/ },
])('$rule cannot be used', async ({ rule, problem }) => {
  const { emulator } = await bench();
  expect(() => emulator.controller.addRule(rule as RuleInput)).toThrow(problem);
});

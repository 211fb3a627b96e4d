import { type EmulatorOptions } from '../src';
import { benches, root, team, type Bench } from './support/client';

const bench = benches();
const won = '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a01';
const properties: NonNullable<EmulatorOptions['properties']> = {
  organization: {
    tier: { type: 'select', options: ['gold', { slug: 'won', id: won }], required: true },
    headcount: { type: 'number' },
  },
};

interface Definition {
  id: string;
  slug: string;
  type: string;
  options?: { id: string; slug: string; value: string }[];
  [field: string]: unknown;
}

/** The definitions of organizations by slug. */
async function definitions({ get }: Bench, query = '') {
  const { status, body } = await get(`${root}/organization/properties${query}`);
  expect(status).toBe(200);
  const byId = (body['organization'] ?? body) as Record<string, Definition>;
  return Object.fromEntries(Object.values(byId).map((each) => [each.slug, each]));
}

test('tells native properties and those of the settings, with options, by their ids', async () => {
  const b = await bench({ properties, seed: 's' });
  const { body } = await b.get(`${root}/organization/properties`);
  const { organization } = body as { organization: Record<string, Definition> };
  expect(Object.keys(body)).toEqual(['organization']);
  for (const [id, definition] of Object.entries(organization)) expect(definition.id).toBe(id);
  const { name, tier, headcount, ...others } = await definitions(b);
  expect(name).toMatchObject({ type: 'str', native: true, required: false, team_id: null });
  expect(tier).toMatchObject({ type: 'select_str', native: false, required: true, team_id: team });
  expect(tier?.options).toMatchObject([
    { slug: 'gold', value: 'Gold' },
    { slug: 'won', id: won },
  ]);
  expect(headcount).toMatchObject({ type: 'num', native: false });
  expect(headcount).not.toHaveProperty('options');
  expect(Object.keys(others)).toEqual(['primary_domain']);
  const again = await bench({ properties, seed: 's' });
  expect((await again.get(`${root}/organization/properties`)).body).toEqual(body);
});

test('leaves out what the older generation does not know', async () => {
  const { tier } = await definitions(await bench({ properties, generation: 1 }));
  expect(Object.keys(tier ?? {}).sort()).toEqual(
    ['crm_id', 'id', 'name', 'options', 'slug', 'team_id', 'type'].sort(),
  );
});

test('may be an object by id alone', async () => {
  const b = await bench({ properties, definitionsBy: 'id' });
  const { body } = await b.get(`${root}/organization/properties`);
  expect(Object.values(body as Record<string, Definition>).map(({ slug }) => slug)).toContain('tier');
});

test.each([
  { query: '?term=HEAD', slugs: ['headcount'] },
  { query: '?term=primary%20d', slugs: ['primary_domain'] },
  { query: `?list_id=${won}`, slugs: [] },
])('$query narrows them to $slugs', async ({ query, slugs }) => {
  expect(Object.keys(await definitions(await bench({ properties }), query))).toEqual(slugs);
});

test.each(['false', '0'])('include_options=%s leaves options out', async (value) => {
  const { tier } = await definitions(await bench({ properties }), `?include_options=${value}`);
  expect(tier).not.toHaveProperty('options');
});

test('an option that an import created is told, and can be written by its id', async () => {
  const b = await bench({ properties });
  const write = async (tier: string, options = {}) => {
    const objects = [{ default: { tier } }];
    const { body } = await b.post(`${root}/organization/import`, { objects, options });
    return (body['results'] as { id: string; error?: { code: string } }[])[0];
  };
  await write('silver', { create_missing_options: true });
  const { tier } = await definitions(b);
  const silver = tier?.options?.find(({ slug }) => slug === 'silver');
  const written = await write(silver?.id ?? '');
  expect((await b.get(`${root}/organization/${written?.id}`)).body['default']).toEqual({ tier: 'silver' });
  expect((await write('5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a09'))?.error?.code).toBe('unknown_option');
});

test('the journal calls the request by its name', async () => {
  const b = await bench();
  await definitions(b);
  expect(b.emulator.controller.requests({ operation: 'properties' })).toMatchObject([
    { kind: 'organization', did: 'read', status: 200 },
  ]);
});

test('a native property is no unknown one, however strict', async () => {
  const b = await bench({ properties, strictProperties: true });
  const objects = [{ default: { name: 'A' } }, { default: { nmae: 'A' } }];
  const { body } = await b.post(`${root}/organization/import`, { objects });
  expect(body['results']).toMatchObject([{ created: true }, { error: { code: 'unknown_property' } }]);
});

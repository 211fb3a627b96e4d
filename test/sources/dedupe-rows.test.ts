import { RecordRig } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

const refused = async (text: string, dedupeBy: string, isOwnFile = false) => {
  const problem = (await rig.problemOf(rig.csv(text), { dedupeBy, isOwnFile })) as Error | null;
  return problem?.message ?? null;
};
const ndjson = (text: string) => ({ uri: rig.write('dedupe.ndjson', text), format: 'ndjson' as const });

test('a file whose columns do not give the property is refused, with its columns and the mapping to give', async () => {
  expect(await refused('name,url\nAcme,acme.test\n', 'primary_domain')).toMatch(
    /^options\.dedupe_by: saw "primary_domain", which no column of file:\S+ gives, expected one of "name", "url", or a source\.mapping of a column to it \(--map 'COLUMN=primary_domain'\)$/,
  );
  expect(await refused('name,Primary Domain\nAcme,acme.test\n', 'primary_domain')).toContain(
    `("Primary Domain" is near), or a source.mapping of a column to it (--map 'Primary Domain=primary_domain')`,
  );
});

test('its columns are shown to others only when they are surely names', async () => {
  const content = 'hunter2@a.test,x\nb,c\n';
  expect(await refused(content, 'domain')).toContain(`as in {"#1": "domain"} (--map '#1=domain')`);
  expect(await refused(content, 'domain')).not.toContain('hunter2');
  expect(await refused(content, 'domain', true)).toContain('"hunter2@a.test"');
});

test('a column that is left out, or goes elsewhere, does not give the property', async () => {
  for (const target of [null, 'site']) {
    const source = rig.csv('name,domain\na,b\n', { mapping: { domain: target } });
    expect(await rig.problemOf(source, { dedupeBy: 'domain' })).toMatchObject({ field: 'options.dedupe_by' });
  }
  const mapped = rig.csv('name,Web\na,b\n', { mapping: { Web: 'domain', name: 'name' } });
  expect((await rig.plan(mapped, { dedupeBy: 'domain' })).warnings).toEqual([]);
});

test('rows without a value there are counted before the start', async () => {
  const content = 'name,d\nA,a.test\nB,\nC,"  "\nD,\u00a0\nbad\n"E","e"\nF,é\n,\n';
  expect((await rig.plan(rig.csv(content), { dedupeBy: 'd' })).warnings).toEqual([
    expect.stringMatching(
      /^options\.dedupe_by: 3 of 6 rows have no value in "d" \(lines 3, 4, 5\): .* sent only once/,
    ),
  ]);
});

test('a value is what the row would send: read as its type, split at its separator', async () => {
  const mapping = { d: { property: 'd', type: 'string' as const, separator: ';' }, name: 'name' };
  const source = rig.csv('name,d\nA,x;y\nB,;;\n', { mapping });
  expect((await rig.plan(source, { dedupeBy: 'd' })).warnings).toEqual([
    expect.stringContaining('1 of 2 rows have no value in "d" (line 3)') as string,
  ]);
});

test('rows of NDJSON without a value are counted, and a file where no row has the name is refused', async () => {
  const { warnings } = await rig.plan(ndjson('{"d":"x"}\n{"n":1}\n{"d":null}\n{"n":{"d":1}}\nbad\n'), {
    dedupeBy: 'd',
  });
  expect(warnings).toEqual([expect.stringContaining('3 of 4 rows have no value in "d" (lines 2, 3, 4)')]);
  expect(await rig.problemOf(ndjson('{"n":{"d":1}}\n'), { dedupeBy: 'd' })).toMatchObject({
    field: 'options.dedupe_by',
    seen: expect.stringMatching(/^"d", which no row of file:\S+ has$/) as string,
  });
});

describe('names of NDJSON', () => {
  const warningsOf = async (text: string, mapping: Record<string, string | null>) =>
    (await rig.plan({ ...ndjson(text), mapping })).warnings;

  test('that no row has, and that the mapping does not know, are told', async () => {
    expect(
      await warningsOf('{"name":"A"}\n{"name":"B","city":"Oslo"}\n', { Nmae: 'name', name: 'name' }),
    ).toEqual([
      'source.mapping: 1 name that it maps is in no row: "Nmae"',
      'source.mapping: 1 name not given there is imported as its own property: "city"',
    ]);
    expect(await warningsOf('{"name":"A"}\n', { Nmae: 'title' })).toEqual([
      'source.mapping: 1 name that it maps is in no row: "Nmae"; rows have "name"',
      'source.mapping: 1 name not given there is imported as its own property: "name"',
    ]);
    expect(await warningsOf('{"name":"A"}\n', { name: 'title' })).toEqual([]);
  });

  test('are shown at most 20 at a time, and only when they are surely names', async () => {
    const names = Array.from({ length: 30 }, (_, index) => [`note_${index}`, 1]);
    const [warning] = await warningsOf(JSON.stringify({ name: 1, ...Object.fromEntries(names) }), {
      name: 'n',
    });
    expect(warning).toMatch(/30 names not given there are imported .* and 10 more$/);
    const [hidden] = await warningsOf('{"name":1,"hunter2@a.test":1}', { name: 'n' });
    expect(hidden).toBe('source.mapping: 1 name not given there is imported as its own property');
  });
});

import type { Source } from '../../../../src/core/pipeline/source';
import type { SourceError } from '../../../../src/ports/source-error';
import { RecordRig } from '../../support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

type Mapping = NonNullable<Source['mapping']>;

const notesOf = async (text: string, mapping?: Mapping) => {
  const { findings = [], warnings } = await rig.plan(rig.csv(text, { ...(mapping && { mapping }) }));
  return { findings, warnings };
};
const rowsOf = async (text: string, mapping?: Mapping) => {
  const rows = await rig.rowsOf(rig.csv(text, { ...(mapping && { mapping }) }));
  return rows.map((row) => ('row' in row ? row.row.read().default : row.malformed));
};
const refusalOf = async (text: string, mapping?: Mapping) => {
  const problem = await rig.problemOf(rig.csv(text, { ...(mapping && { mapping }) }));
  return (problem as SourceError | null)?.message ?? null;
};

describe('blanks around names', () => {
  const header = 'name,\u00a0\ufeffPrimary Domain \t';

  test('are dropped, and said so', async () => {
    expect(await rowsOf(`${header}\nAcme,acme.test\n`)).toEqual([
      { name: 'Acme', 'Primary Domain': 'acme.test' },
    ]);
    expect(await notesOf(`${header}\nAcme,acme.test\n`)).toEqual({
      findings: ['blanks around the name of column 2 are dropped: "Primary Domain"'],
      warnings: [],
    });
  });

  test.each(['Primary Domain', '\u00a0\ufeffPrimary Domain \t', '  Primary Domain'])(
    'may stand in the key %j of a mapping, or not',
    async (key) => {
      expect(await rowsOf(`${header}\nAcme,acme.test\n`, { [key]: 'domain' })).toEqual([
        { name: 'Acme', domain: 'acme.test' },
      ]);
    },
  );

  test('stay in the cells that a plan keeps of its header', async () => {
    const { plan, reader } = await rig.plan(rig.csv(`${header}\nAcme,acme.test\n`));
    expect((await reader.source(plan)).columns).toEqual(header.split(','));
  });

  test('take no longer to drop where there are many within', async () => {
    const name = `a${' '.repeat(500_000)}b`;
    expect(await rowsOf(`${name} ,c\n1,2\n`)).toEqual([{ [name]: '1', c: '2' }]);
  });

  test('make two names one, unless the mapping tells them apart', async () => {
    expect(await refusalOf('name,name \na,b\n')).toContain('the name "name" twice, in columns 1 and 2');
    expect(await rowsOf('name,name \na,b\n', { name: 'name', 'name ': 'alias' })).toEqual([
      { name: 'a', alias: 'b' },
    ]);
  });
});

describe('a column without a name', () => {
  const content = 'name,,city, \nAcme,,Rome,x\nBeta,,Oslo,\n';

  test('is left out, with a warning that says whether it has values', async () => {
    expect(await rowsOf(content)).toEqual([
      { name: 'Acme', city: 'Rome' },
      { name: 'Beta', city: 'Oslo' },
    ]);
    expect((await notesOf(content)).warnings).toEqual([
      'source.uri: columns 2 and 4 have no name and are left out (rows have values there in 4); "#2" in source.mapping stands for column 2',
    ]);
    expect((await notesOf('name,\nAcme,\n')).warnings).toEqual([
      'source.uri: column 2 has no name and is left out (no row has a value there); "#2" in source.mapping stands for column 2',
    ]);
  });

  test('is imported by its position', async () => {
    expect(await rowsOf(content, { '#4': 'note' })).toEqual([
      { name: 'Acme', city: 'Rome', note: 'x' },
      { name: 'Beta', city: 'Oslo' },
    ]);
  });

  test('is named by nothing when it is the only one', async () => {
    expect(await rowsOf('name,\nAcme,x\n', { '': 'note' })).toEqual([{ name: 'Acme', note: 'x' }]);
    expect(await rowsOf(content, { '#2': null, '': 'note' })).toEqual([
      { name: 'Acme', city: 'Rome', note: 'x' },
      { name: 'Beta', city: 'Oslo' },
    ]);
  });

  test('is left out without a word when the mapping says so', async () => {
    const mapping = { '': null, name: 'name', city: 'city' };
    expect(await notesOf(content, mapping)).toEqual({ findings: [], warnings: [] });
  });

  test('is refused by no name where it is not the only one, or where there is none', async () => {
    expect(await refusalOf(content, { '': 'note' })).toBe(
      'source.mapping."": saw a blank name where 2 columns have none (2 and 4), expected positions, as in #2',
    );
    expect(await refusalOf('name\na\n', { '': 'note' })).toBe(
      'source.mapping."": saw a blank name where every column has a name, expected the name of a column, or its position, as in #2',
    );
  });
});

describe('a position', () => {
  test('goes before the name of its column', async () => {
    const mapping = { Mail: 'email', '#3': 'second_email' };
    expect(await rowsOf('name,Mail,Mail\nA,a@a.test,b@a.test\n', mapping)).toEqual([
      { name: 'A', email: 'a@a.test', second_email: 'b@a.test' },
    ]);
    expect(await rowsOf('name,Mail,Mail\nA,a@a.test,b@a.test\n', { '#2': null })).toEqual([
      { name: 'A', Mail: 'b@a.test' },
    ]);
  });

  test('is a name where a column is called so', async () => {
    expect(await rowsOf('a,b,#1\n1,2,3\n', { '#1': 'number' })).toEqual([{ a: '1', b: '2', number: '3' }]);
  });

  test.each([
    ['#4', 'a,b,c\n1,2,3\n', 'a position where no column is (there are 3 columns), expected #1 to #3'],
    ['#0', 'a\n1\n', 'a position where no column is (there is 1 column), expected #1, or the name'],
  ])('%s is refused where no column is', async (key, content, message) => {
    expect(await refusalOf(content, { [key]: 'x' })).toContain(`source.mapping.${key}: saw ${message}`);
  });
});

test('a name twice is refused with its positions and the way on', async () => {
  expect(await refusalOf('email,name,email\na,b,c\n')).toMatch(
    /\(in its header: the name "email" twice, in columns 1 and 3\), expected different column names, or a source\.mapping of "#3" to another property, or to null to leave that column out \(--map '#3='\)$/,
  );
});

test('two columns for one property are refused with their positions', async () => {
  expect(await refusalOf('a,b,c\n1,2,3\n', { a: 'c', b: null })).toBe(
    'source.mapping: saw two columns (1 and 3) for the property "c", expected one column for each property',
  );
});

test('a plan of 0.1.0 names its columns as they stand', async () => {
  const planned = await rig.plan(rig.csv('name,city \nAcme,Rome\n'));
  const { plan, reader } = await rig.planWithoutLimits(planned.plan);
  const rows: unknown[] = [];
  for await (const row of reader.read(plan, 1)) rows.push('row' in row ? row.row.read().default : row);
  expect(rows).toEqual([{ name: 'Acme', 'city ': 'Rome' }]);
});

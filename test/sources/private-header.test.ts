import { RecordRig } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

const marked = /hunter2|diabetes|anna/i;
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

test.each([
  { say: 'a file of accounts', content: 'root:hunter2:0:0:root:/root:/bin/bash\n' },
  {
    say: 'one read as UTF-16',
    content: utf16('[default] key = hunter2\nanna = diabetes\n'),
    encoding: 'utf-16le',
  },
  { say: 'data without a header', content: 'anna@hospital.example,diabetes\nb@b.example,x\n' },
  { say: 'words without a header', content: 'Anna Hunter2,diabetes\nx,y\n' },
  { say: 'one long column', content: `${'hunter2'.repeat(40)}\nx\n` },
  { say: 'a name twice', content: 'diabetes,diabetes\nx,y\n' },
  { say: 'what is no text', content: Buffer.from('hunter2,\xff\xfe\0\nx,y\n', 'latin1') },
])('no byte of $say is in its refusal', async ({ content, encoding }) => {
  const source = rig.csv(content, {
    mapping: { Company: 'name' },
    ...(encoding !== undefined && { encoding }),
  });
  const problem = (await rig.problemOf(source)) as Error;
  expect(problem.name).toBe('SourceError');
  expect(`${problem.message} ${String(problem.stack)}`).not.toMatch(marked);
});

test('a mapped name that is not there is told with how many columns there are, and those of a header', async () => {
  const mapping = { Company: 'name' };
  expect(await rig.problemOf(rig.csv('name,domain\na,b\n', { mapping }))).toMatchObject({
    message:
      'source.mapping.Company: saw a name that is not among the 2 columns, expected one of "name", "domain"',
  });
  const none = (await rig.problemOf(rig.csv('diabetes\na\n', { mapping }))) as Error;
  expect(none.message).toContain('saw a name that is not the 1 column, expected the name of a column');
});

test('the warning about columns that no mapping names shows none that may be data', async () => {
  const warningsOf = async (text: string, mapping: Record<string, string>) =>
    (await rig.plan(rig.csv(text, { mapping }))).warnings;
  expect(await warningsOf('name,domain\na,b\n', { name: 'name' })).toEqual([
    'source.mapping: 1 column not named there is imported under its own name: "domain"',
  ]);
  const [warning] = await warningsOf('name,anna@hospital.example\na,b\n', { name: 'name' });
  expect(warning).toBe('source.mapping: 1 column not named there is imported under its own name');
});

import { gzipSync } from 'node:zlib';
import type { Source } from '../../../src/core/pipeline/source';
import { RecordRig } from '../support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

const file = (name: string, content: string | Uint8Array, rest: Partial<Source> = {}): Source => ({
  uri: rig.write(name, content),
  ...rest,
});
const pinnedOf = async (source: Source) => {
  const { plan, reader } = await rig.plan(source);
  return reader.source(plan);
};

describe('is read as what it is, and that is said', () => {
  test.each([
    {
      name: 'semicolons',
      content: 'name;domain\nAcme;acme.test\n"Beta; Sons";beta.test\n',
      rows: [
        { line: 2, name: 'Acme', domain: 'acme.test' },
        { line: 3, name: 'Beta; Sons', domain: 'beta.test' },
      ],
      finding: /^cells are separated by ';' \(found in the header; --delimiter says otherwise\)$/,
    },
    {
      name: 'tabs',
      content: 'name\tdomain\nAcme\tacme.test\n',
      rows: [{ line: 2, name: 'Acme', domain: 'acme.test' }],
      finding: /separated by a tab/,
    },
    {
      name: 'bars',
      content: 'name|note\nAcme|a, b; c\n',
      rows: [{ line: 2, name: 'Acme', note: 'a, b; c' }],
      finding: /separated by '\|'/,
    },
    ...['sep=;\n', '"sep=;"\r\n', 'SEP=;\n', '\ufeffsep=;\n'].map((line) => ({
      name: JSON.stringify(line),
      content: `${line}name;domain\nAcme;acme.test\n`,
      rows: [{ line: 3, name: 'Acme', domain: 'acme.test' }],
      finding: /separated by ';' \(its line sep= says so/,
    })),
    {
      name: 'a header that two delimiters divide, and rows that one does',
      content: 'Name;Price (net, gross)\nAcme;5\nBeta;6\n',
      rows: [
        { line: 2, Name: 'Acme', 'Price (net, gross)': '5' },
        { line: 3, Name: 'Beta', 'Price (net, gross)': '6' },
      ],
      finding: /separated by ';' \(found in the header and the rows/,
    },
    {
      name: 'sentences in one column',
      content: 'comment\nHello, world\nNo comma\nOne, two, three\n',
      rows: [
        { line: 2, comment: 'Hello, world' },
        { line: 3, comment: 'No comma' },
        { line: 4, comment: 'One, two, three' },
      ],
      finding: /each line is one cell/,
    },
    {
      name: 'CR alone',
      content: 'name,city\rAcme,Rome\r"Beta\nSons",Oslo\r',
      rows: [
        { line: 2, name: 'Acme', city: 'Rome' },
        { line: 3, name: 'Beta\nSons', city: 'Oslo' },
      ],
      finding: /lines end with CR alone/,
    },
    {
      name: 'CR CR LF',
      content: 'name,domain\r\r\nAcme,acme.test\r\r\n"Beta",beta.test\r\r\n',
      rows: [
        { line: 2, name: 'Acme', domain: 'acme.test' },
        { line: 3, name: 'Beta', domain: 'beta.test' },
      ],
      finding: /lines end with CR CR LF/,
    },
    {
      name: 'NDJSON under another name',
      content: '{"name":"Acme"}\n{"name":"Beta"}\n',
      rows: [
        { line: 1, name: 'Acme' },
        { line: 2, name: 'Beta' },
      ],
      finding: /rows are JSON objects, one a line/,
    },
    ...(['utf16le', 'utf16be', 'utf32le', 'utf32be'] as const).flatMap((encoding) =>
      ['', '\ufeff'].map((mark) => ({
        name: `${encoding} ${mark === '' ? 'without' : 'with'} a mark`,
        content: encoded(`${mark}name,c\nÉcole,漢\n`, encoding),
        rows: [{ line: 2, name: 'École', c: '漢' }],
        finding: /the text is in UTF-(16|32)(LE|BE)/,
      })),
    ),
  ])('$name', async ({ content, rows, finding }) => {
    for (const packed of [content, gzipSync(content)]) {
      const source = file('some.csv', packed);
      expect(await rig.read(source)).toEqual(rows);
      expect((await pinnedOf(source)).findings).toContainEqual(expect.stringMatching(finding));
    }
  });

  test('byte order marks within, as where files were put together, are dropped', async () => {
    const content = '\ufeffname,city\nAcme,Rome\n\ufeffBeta,Oslo\n\ufeff"Gamma, Inc",Oslo\n';
    expect(await rig.read(file('some.csv', content))).toEqual([
      { line: 2, name: 'Acme', city: 'Rome' },
      { line: 3, name: 'Beta', city: 'Oslo' },
      { line: 4, name: 'Gamma, Inc', city: 'Oslo' },
    ]);
  });

  test('what is given overrules: a row that holds a list, a header that begins with a brace', async () => {
    const row = '{"name":"A","parts":[{"a":1}]}\n';
    expect(await rig.read(file('some.ndjson', row, { format: 'ndjson' }))).toMatchObject([{ name: 'A' }]);
    const braces = '{"id"},name\n1,Acme\n';
    const source = file('some.csv', braces, { format: 'csv', lenientQuotes: true });
    expect(await rig.read(source)).toEqual([{ line: 2, '{"id"}': '1', name: 'Acme' }]);
  });

  test('a delimiter given that divides nothing is taken, and that is said', async () => {
    const source = file('some.csv', 'name,city\nAcme,Rome\n', { delimiter: ';' });
    expect(await rig.read(source)).toEqual([{ line: 2, 'name,city': 'Acme,Rome' }]);
    const { findings } = await pinnedOf(source);
    expect(findings).toEqual([expect.stringMatching(/each line is one cell.*',' divides it/)]);
    const whole = file('some.csv', 'note\nHello, you\n', { delimiter: ';' });
    expect((await pinnedOf(whole)).findings).toEqual([]);
  });

  test('headers that stand again in other letters are left out, but for those of one column', async () => {
    const again = 'Name,Web site\nAcme,acme.test\n NAME ,web Site\nBeta,beta.test\n';
    expect(await rig.read(file('some.csv', again))).toEqual([
      { line: 2, Name: 'Acme', 'Web site': 'acme.test' },
      { line: 4, Name: 'Beta', 'Web site': 'beta.test' },
    ]);
    expect(await rig.read(file('some.csv', 'word\nWord\nword\n'))).toEqual([{ line: 2, word: 'Word' }]);
  });

  test('a usual file is found to be nothing unusual', async () => {
    expect((await pinnedOf(file('some.csv', 'name,city\r\nAcme,Köln\r\n'))).findings).toEqual([]);
  });
});

function encoded(text: string, encoding: 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be'): Buffer {
  const little = Buffer.from(text, 'utf16le');
  if (encoding === 'utf16le') return little;
  if (encoding === 'utf16be') return little.swap16();
  return Buffer.concat(
    [...text].map((character) => {
      const unit = Buffer.alloc(4);
      const point = character.codePointAt(0) ?? 0;
      if (encoding === 'utf32le') unit.writeUInt32LE(point);
      else unit.writeUInt32BE(point);
      return unit;
    }),
  );
}

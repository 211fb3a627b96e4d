import { gzipSync } from 'node:zlib';
import { SourceError } from '../../../src/ports/source-error';
import type { Source } from '../../../src/core/pipeline/source';
import { inspectSource } from '../../../src/sources/inspect-source';
import { sourceOpener } from '../../support/sources';
import { RecordRig } from '../support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

const zip = (name: string, content = '') =>
  Buffer.concat([
    Buffer.from('504b03041400000000000000000000000000000000000000000000000000', 'hex'),
    Buffer.from(name + content),
  ]);

describe('is refused by name, by planning and by a look at its beginning', () => {
  test.each([
    ['an HTML page', '<!doctype html>\n<html><head><title>Sign in</title></head>\n', /an HTML page/],
    ['XML', '<?xml version="1.0"?>\n<rows><row>1</row></rows>\n', /an XML or HTML document/],
    ['XML without a declaration', '<rows>\n<row>1</row>\n</rows>\n', /an XML or HTML document/],
    ['a zip archive', zip('z.csv', 'name\nAcme\n'), /a zip archive/],
    [
      'a workbook',
      Buffer.concat([zip('[Content_Types].xml'), zip('xl/workbook.xml')]),
      /an Excel workbook \(xlsx\)/,
    ],
    ['ods', zip('mimetype', 'application/vnd.oasis.opendocument.spreadsheet'), /OpenDocument spreadsheet/],
    ['xls', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), /an old Excel workbook \(xls\)/],
    ['bzip2', Buffer.from('425a68393141592653598e1d', 'hex'), /a bzip2 file/],
    ['zstd', Buffer.from('28b52ffd0458', 'hex'), /a Zstandard file/],
    ['xz', Buffer.from('fd377a585a000004', 'hex'), /an xz file/],
    ['7z', Buffer.from('377abcaf271c0004', 'hex'), /a 7z archive/],
    ['PDF', '%PDF-1.7\n', /a PDF/],
    ['Parquet', 'PAR1\0\0', /a Parquet file/],
    ['SQLite', 'SQLite format 3\0', /an SQLite database/],
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex'), /an image/],
    ['gzip within gzip', gzipSync(gzipSync('name\na\n')), /a gzip file within a gzip file/],
    [
      'other binary data',
      Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 167) % 256)),
      /binary data/,
    ],
    [
      'a title above rows',
      'Companies\nname;city\nAcme;Rome\nBeta;Oslo\n',
      /a first line of one cell above rows that ';' divides/,
    ],
    [
      'a title in quotes above rows',
      '"Export 2024"\nname;domain;city\nA;a.test;x\nB;b.test;y\n',
      /a first line of one cell above rows that ';' divides/,
    ],
    [
      'a quoted title above a header',
      '"Export 2024"\nname,city\nA,x\n',
      /a first line of one cell above rows/,
    ],
    ...[';', ','].map((by): [string, string, RegExp] => [
      `a title padded by ${by}`,
      `Report 2024;;\nname;domain;city\nA;a.test;x\n`.replaceAll(';', by),
      /a first line of one cell and empty ones above a line that looks like a header/,
    ]),
    ['a title behind an empty line', '   \nCompanies\nname,city\n', /a first line of one cell above rows/],
    ...[';', ','].map((by): [string, string, RegExp] => [
      `lines in quotes as a whole, with ${by}`,
      '"name;domain"\n"A;a.test"\n"B;b.test"\n'.replaceAll(';', by),
      /lines that are in quotes as a whole/,
    ]),
    [
      'a header that one delimiter divides as most rows, but not nearly all',
      'Name, Vorname;Ort\n"M, K";X\nK, L;Y\nO, P\nQ, R\n',
      /',' and ';' divide alike/,
    ],
    [
      'a title with a comma',
      'Customers, as of May\nname,domain\nAcme,acme.test\n',
      /a first line that looks like a title, above one that looks like a header/,
    ],
    ['a title above a header alone', 'Companies\nname,city\n', /a first line of one cell above rows/],
    ['an unusual delimiter', 'name^city\nAcme^Rome\nBeta^Oslo\n', /'\^' divides alike/],
    ['columns aligned by spaces', 'name      city\nAcme      Rome\nBeta      Oslo\n', /aligned by spaces/],
    [
      'a header that two delimiters divide alike',
      'last, first;mail\nDoe, Jo;a@b.test\n',
      /',' and ';' divide alike/,
    ],
    [
      'mixed line ends',
      'name,city\rAcme,Rome\nBeta,Oslo\n',
      /ends with CR alone, and others that end with LF/,
    ],
    ['ISO-2022-JP', 'name\n\x1b$B%F%9%H\x1b(B\n', /ISO-2022-JP/],
  ])('%s', async (_, content, seen) => {
    const source: Source = { uri: rig.write('some.csv', content) };
    const problem = await rig.problemOf(source);
    expect(problem).toBeInstanceOf(SourceError);
    expect((problem as SourceError).message).toMatch(seen);
    await expect(inspectSource(source, sourceOpener())).rejects.toMatchObject({
      message: (problem as SourceError).message,
    });
  });

  test.each([
    [
      'x.ndjson',
      '{"data":[{"a":1},{"a":2}]}\n',
      /one JSON object with a list of objects.*jq -c '\.NAME\[\]'/,
    ],
    ['x.csv', '{"next":null,"results":[{"a":1}]}', /jq -c '\.NAME\[\]'/],
    ['x.json', '{"items":[{"a":1}]}\n', /jq -c '\.NAME\[\]'.*--format ndjson/],
    ['x.ndjson', '{\n  "data": [\n    {"a": 1}\n  ]\n}\n', /one object with a list of objects.*jq -c/],
    ['x.ndjson', '{"data":[\n{"a":1},\n{"a":2}\n]}\n', /one object with a list of objects/],
    ['x.ndjson', `{"data":[${'{"a":1},'.repeat(40_000)}{"a":2}]}`, /one JSON object with a list of objects/],
  ])('%s that is one object round the rows: %#', async (name, content, seen) => {
    for (const packed of [content, gzipSync(content)]) {
      const problem = await rig.problemOf({ uri: rig.write(name, packed) });
      expect((problem as SourceError).message).toMatch(seen);
    }
  });

  test('UTF-16 given as UTF-8, by the encoding seen', async () => {
    const uri = rig.write('some.csv', Buffer.from('name,city\nAcme,Rome\n', 'utf16le'));
    const problem = await rig.problemOf({ uri, encoding: 'utf-8' });
    expect((problem as SourceError).message).toMatch(/source.encoding: .*UTF-16LE.*--encoding utf-16le/);
  });

  test.each([
    { format: 'csv' as const, content: '[\n  {"name": "A"}\n]\n', seen: /a JSON array.*--format json/ },
    { format: 'csv' as const, content: '{"name":"A"}\n{"name":"B"}\n', seen: /NDJSON.*--format ndjson/ },
    { format: 'ndjson' as const, content: '{\n  "name": "A"\n}\n', seen: /several lines.*--format json/ },
  ])('$content as $format', async ({ format, content, seen }) => {
    const problem = await rig.problemOf({ uri: rig.write('some.txt', content), format });
    expect((problem as SourceError).message).toMatch(seen);
  });
});

describe('text that is not UTF-8', () => {
  const refusalOf = async (bytes: Buffer) =>
    ((await rig.problemOf({ uri: rig.write('some.csv', bytes) })) as SourceError | null)?.message ?? null;
  const decoded = (hex: string) =>
    Buffer.concat([Buffer.from('name\n'), Buffer.from(hex, 'hex'), Buffer.from('\n')]);

  test.each([
    ['Zürich AG', '5afc72696368204147', 'windows-1252'],
    ['Москва', 'cceef1eae2e0', 'windows-1251'],
    ['Łódź', 'a3f3649f', 'windows-1250'],
    ['株式会社テスト', '8a948eae89ef8ed083658358 8367'.replace(' ', ''), 'shift_jis'],
    ['北京大学', 'b1b1bea9b4f3d1a7', 'gb18030'],
    ['삼성전자', 'bbefbcbac0fcc0da', 'euc-kr'],
  ])('%s is refused with the encodings that read it', async (_, hex, encoding) => {
    const message = await refusalOf(decoded(hex));
    expect(message).toMatch(/not valid UTF-8.*--encoding/);
    expect(message).toContain(encoding);
    expect(await rig.read({ uri: rig.uri('some.csv'), encoding })).toEqual([{ line: 2, name: _ }]);
  });

  test.each([
    ['Müller Söhne Größe', '4d816c6c6572205394686e6520477294e165', 'CP850'],
    ['Café Société Générale', '4361668220536f63698274822047826e8272616c65', 'CP850'],
    ['Łódź Gdańsk', '9da264ab20476461e4736b', 'CP852'],
  ])('%s in an encoding of DOS is refused with how to convert it', async (_, hex, encoding) => {
    expect(await refusalOf(decoded(hex))).toContain(`\`iconv -f ${encoding} -t UTF-8\` makes it`);
  });

  test('is read with its broken rows failed when more of it is valid, or when told so', async () => {
    const content = Buffer.concat([Buffer.from('name\nKöln\nZürich\n'), Buffer.from('fc0a', 'hex')]);
    const uri = rig.write('some.csv', content);
    const rows = [
      { line: 2, name: 'Köln' },
      { line: 3, name: 'Zürich' },
      {
        line: 4,
        malformed:
          'not valid UTF-8; if the whole file is in another encoding, --encoding (source.encoding) names it',
      },
    ];
    expect(await rig.read({ uri })).toEqual(rows);
    expect(await rig.read({ uri, encoding: 'utf-8' })).toEqual(rows);
    expect(await refusalOf(Buffer.from('name\n\xfc\n', 'latin1'))).not.toBeNull();
  });
});

describe('lenient quotes', () => {
  const read = (content: string, lenientQuotes = true) => rig.read(rig.csv(content, { lenientQuotes }));

  test('take a quote within a cell, and what follows a closing one, as they stand', async () => {
    const content = 'name,size\nPipe,5" wide\nRod,"3" thick"\n"Bolt, ""x""",4\n';
    expect(await read(content)).toEqual([
      { line: 2, name: 'Pipe', size: '5" wide' },
      { line: 3, name: 'Rod', size: '"3" thick"' },
      { line: 4, name: 'Bolt, "x"', size: '4' },
    ]);
    const inWords = expect.stringMatching(/broken in cell 2: .*--lenient-quotes/) as string;
    expect(await read(content, false)).toMatchObject([{ malformed: inWords }, { malformed: inWords }, {}]);
  });

  test('lose no row to a quote that is never closed', async () => {
    expect(await read('name,size\n"5 inch,x\nA,3" thick\nB,"two\nlines"\n')).toEqual([
      { line: 2, malformed: expect.stringContaining('broken in cell 1') as string },
      { line: 3, name: 'A', size: '3" thick' },
      { line: 4, name: 'B', size: 'two\nlines' },
    ]);
  });
});

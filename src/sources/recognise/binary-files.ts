/** A kind of file that contains no rows of text, recognised by its first bytes. */
interface BinaryKind {
  name: string;
  /** What to do with it. */
  advice: string;
  is(head: Buffer): boolean;
}

const beginsWith =
  (...beginnings: (string | readonly number[])[]) =>
  (head: Buffer): boolean =>
    beginnings.some((beginning) => {
      const bytes = typeof beginning === 'string' ? Buffer.from(beginning, 'latin1') : Buffer.from(beginning);
      return head.subarray(0, bytes.length).equals(bytes);
    });

const unpack = 'the file in it, plain or as gzip';
const exported = 'its rows, exported as CSV';

/** The kinds recognised by their first bytes. {@link zipKind} distinguishes zip archives. */
const kinds: readonly BinaryKind[] = [
  { name: 'a gzip file within a gzip file', advice: unpack, is: beginsWith([0x1f, 0x8b]) },
  {
    name: 'a bzip2 file',
    advice: unpack,
    is: (head) =>
      /^BZh[1-9]/.test(head.toString('latin1', 0, 4)) && head.subarray(4, 20).some((byte) => byte > 0x7f),
  },
  { name: 'a Zstandard file', advice: unpack, is: beginsWith([0x28, 0xb5, 0x2f, 0xfd]) },
  { name: 'an xz file', advice: unpack, is: beginsWith('\xfd7zXZ\0') },
  { name: 'a 7z archive', advice: unpack, is: beginsWith("7z\xbc\xaf'\x1c") },
  { name: 'a RAR archive', advice: unpack, is: beginsWith('Rar!\x1a\x07') },
  { name: 'an LZ4 file', advice: unpack, is: beginsWith([0x04, 0x22, 0x4d, 0x18]) },
  { name: 'a compress (.Z) file', advice: unpack, is: beginsWith([0x1f, 0x9d]) },
  { name: 'a tar archive', advice: unpack, is: (head) => head.toString('latin1', 257, 262) === 'ustar' },
  {
    name: 'an old Excel workbook (xls), or another file in its container (OLE2)',
    advice: exported,
    is: beginsWith([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
  },
  { name: 'a PDF', advice: exported, is: beginsWith('%PDF-') },
  { name: 'a Parquet file', advice: exported, is: beginsWith('PAR1') },
  { name: 'an Avro file', advice: exported, is: beginsWith('Obj\x01') },
  {
    name: 'an ORC file',
    advice: exported,
    is: (head) => head.toString('latin1', 0, 3) === 'ORC' && head.includes(0),
  },
  { name: 'an Arrow file', advice: exported, is: beginsWith('ARROW1\0', 'FEA1') },
  { name: 'an SQLite database', advice: exported, is: beginsWith('SQLite format 3\0') },
  { name: 'an RTF document', advice: exported, is: beginsWith('{\\rtf') },
  {
    name: 'an image',
    advice: exported,
    is: beginsWith('\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*', 'RIFF'),
  },
  { name: 'a program', advice: exported, is: beginsWith('\x7fELF', '\xcf\xfa\xed\xfe') },
  { name: 'an encrypted (PGP) message', advice: 'it decrypted', is: beginsWith('-----BEGIN PGP ') },
  {
    name: 'a pointer of Git LFS, not the file itself',
    advice: 'the file, as `git lfs pull` brings it',
    is: beginsWith('version https://git-lfs.github.com/spec/'),
  },
];

const isZip = beginsWith('PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08');

/** The kind of a file that contains no rows of text, and what to use instead; null if it may contain some. */
export function binaryKind(head: Buffer): { name: string; advice: string } | null {
  if (isZip(head)) return zipKind(head);
  const found = kinds.find((kind) => kind.is(head));
  return found === undefined ? null : { name: found.name, advice: found.advice };
}

/** The kind of a zip archive, from the names of its first files. */
function zipKind(head: Buffer): { name: string; advice: string } {
  const names = entryNames(head);
  const office: [seen: RegExp, name: string][] = [
    [/^mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/m, 'an OpenDocument spreadsheet (ods)'],
    [/^mimetypeapplication\/vnd\.oasis\.opendocument/m, 'an OpenDocument file'],
    [/^xl\//m, 'an Excel workbook (xlsx)'],
    [/^word\//m, 'a Word document (docx)'],
    [/^ppt\//m, 'a PowerPoint file (pptx)'],
    [/^Index\/(?:Document\.iwa|Tables\/)/m, 'an Apple Numbers file'],
    [/^\[Content_Types\]\.xml/m, 'an Excel workbook (xlsx) or another Office file'],
  ];
  const found = office.find(([seen]) => seen.test(names));
  return found === undefined
    ? { name: 'a zip archive', advice: unpack }
    : { name: found[1], advice: exported };
}

/** The names of the files at the start of a zip archive, one per line, each with what follows it. */
function entryNames(head: Buffer): string {
  const names: string[] = [];
  for (let at = head.indexOf('PK\u0003\u0004'); at !== -1; at = head.indexOf('PK\u0003\u0004', at + 4))
    names.push(head.toString('latin1', at + 30, at + 120));
  return names.join('\n');
}

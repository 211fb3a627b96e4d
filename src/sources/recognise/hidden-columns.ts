/** Characters that some files use as delimiters but that are not detected. None is common in column names. */
const unusual = [...'^~:!$%*=¦§·¬þ，；、\x01\x02\x03\x1c\x1d\x1e\x1f', '\\'];
/** Share of the rows that must divide like the header. */
const most = 0.9;
const shownLines = 1000;

/**
 * Describes a text with a delimiter that is not detected, which would be read as one column. Null if there is none.
 * `text` starts with the header.
 */
export function hiddenColumns(text: Buffer): { seen: string; accepted: string } | null {
  const [header = '', ...rows] = text
    .toString('utf8')
    .split(/\r\n?|\n/, shownLines)
    .filter((line) => line.trim() !== '');
  if (rows.length === 0) return null;
  const divides = (by: string | RegExp) => {
    const cells = header.trim().split(by).length;
    const alike = rows.filter((row) => row.trim().split(by).length === cells).length;
    return cells > 1 && alike >= most * rows.length;
  };
  const delimiter = unusual.find(divides);
  if (delimiter !== undefined) {
    const code = `U+${(delimiter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    const name = delimiter < ' ' ? code : `'${delimiter}'`;
    return {
      seen: `a header and rows that ${name} divides alike, and no ',', ';', tab or '|' in the header`,
      accepted: `--delimiter (source.delimiter) with ${name}; or --delimiter none, which reads each line as one cell`,
    };
  }
  if (!divides(/ {2,}/)) return null;
  return {
    seen: 'columns that are aligned by spaces',
    accepted: 'a CSV; or --delimiter none (source.delimiter), which reads each line as one cell',
  };
}

import { trimmed } from '../rows/blank';
import { hasColumnWord, isRecognisedHeader } from '../rows/recognise-header';

/** Share of the lines that must agree. */
const most = 0.9;
const shownLines = 1000;
const delimiters = [',', ';', '\t', '|'];
/** A line that is a single quoted cell. */
const oneQuotedCell = /^"((?:""|[^"])*)"$/;

/**
 * Whether a header is a title padded to the width of the rows below: all its cells but one are blank, and the next line
 * looks like a header.
 */
export function isPaddedTitle(cells: readonly string[], headerBelow: boolean): boolean {
  return headerBelow && cells.length > 1 && cells.filter((cell) => trimmed(cell) !== '').length === 1;
}

/**
 * Whether a header is a title that contains a delimiter, as in `Customers, as of May`: none of its cells has a word
 * typical of column names, and all cells of the next line do.
 */
export function isDividedTitle(cells: readonly string[], below: readonly string[]): boolean {
  return (
    cells.length > 1 &&
    cells.length === below.length &&
    cells.some((cell) => trimmed(cell).includes(' ')) &&
    !cells.some(hasColumnWord) &&
    below.every(hasColumnWord) &&
    isRecognisedHeader(below, [])
  );
}

/** The delimiter inside the quotes of every line, as in a CSV that was saved as one column; null if there is none. */
export function delimiterInQuotes(text: string): string | null {
  const lines = text.split(/\r\n?|\n/, shownLines).filter((line) => line !== '');
  const inner = lines.map((line) => oneQuotedCell.exec(line)?.[1]?.replaceAll('""', '"') ?? null);
  const [header, ...rows] = inner;
  if (header == null || rows.length === 0 || inner.includes(null)) return null;
  const divides = (delimiter: string): boolean => {
    const cells = header.split(delimiter).length;
    const alike = rows.filter((row) => row?.split(delimiter).length === cells);
    return cells > 1 && alike.length >= most * rows.length;
  };
  return delimiters.find(divides) ?? null;
}

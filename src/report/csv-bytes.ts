const quote = 0x22;

/** Any bytes as one quoted cell. */
export function quotedCell(bytes: Uint8Array): Buffer {
  const quoted = Buffer.allocUnsafe(2 * bytes.length + 2);
  let length = 0;
  const put = (byte: number) => {
    quoted[length] = byte;
    length += 1;
  };
  put(quote);
  for (const byte of bytes) {
    if (byte === quote) put(quote);
    put(byte);
  }
  put(quote);
  return quoted.subarray(0, length);
}

/** What delimiter detection may take for a delimiter, and what always needs quotes. */
const delimiters = /[,;\t|"\r\n]/;

/**
 * The header line without its end. A name that contains a possible delimiter is quoted, so that the delimiter can be
 * detected from the line. A single name is always quoted, because an unquoted one could be taken for a title.
 */
export function headerCells(columns: readonly string[], separator: string): string {
  const mustQuote = (name: string) =>
    columns.length === 1 || delimiters.test(name) || name.includes(separator);
  return columns.map((name) => (mustQuote(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(separator);
}

const quote = 0x22;

/** Bytes of any kind as one cell in quotes. */
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

/** What whoever looks for a delimiter may take for one; and what needs quotes wherever it stands. */
const delimiters = /[,;\t|"\r\n]/;

/**
 * The line of column names without its end. A name that holds anything that may stand between cells is put into
 * quotes, so that the delimiter is found from the line. The only name of a line is in quotes as well: without them,
 * such a line may be taken for a title.
 */
export function headerCells(columns: readonly string[], separator: string): string {
  const mustQuote = (name: string) =>
    columns.length === 1 || delimiters.test(name) || name.includes(separator);
  return columns.map((name) => (mustQuote(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(separator);
}

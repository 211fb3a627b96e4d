const lineFeed = 0x0a;

/**
 * Lines of JSON as a JSON list with one element per line, so that the rows of a JSON text are a list again. Without the
 * brackets, a row that is itself a list could be taken for the list of rows.
 */
export async function* asJsonList(
  lines: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  yield '[\n';
  let endsWithFeed = false;
  for await (const given of lines) {
    const piece = Buffer.from(given);
    if (piece.length === 0) continue;
    if (endsWithFeed) yield ',\n';
    let from = 0;
    for (let at = piece.indexOf(lineFeed); at !== -1; at = piece.indexOf(lineFeed, from)) {
      yield piece.subarray(from, at);
      if (at + 1 < piece.length) yield ',\n';
      from = at + 1;
    }
    yield piece.subarray(from);
    endsWithFeed = piece.at(-1) === lineFeed;
  }
  yield '\n]\n';
}

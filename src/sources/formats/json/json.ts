import { ndjson } from '../ndjson/ndjson';
import type { RowFormat } from '../row-format';
import { JsonLines } from './json-lines';

/** JSON: a list of objects, or a sequence of objects, each on any number of lines. */
export const json: RowFormat = {
  ...ndjson,
  extensions: ['.json'],
  toLines: async function* (uri, text) {
    const lines = new JsonLines(uri);
    for await (const piece of text) yield* lines.push(piece);
    yield* lines.end();
  },
  noRows: () => ({ seen: 'no elements', accepted: 'a list of at least one object' }),
};

import { rowOutcomes } from '../../core/api/import-job';
import { membersOf } from '../../ports/json-text';
import { damaged } from './results-rows';

const byteOrderMark = '\ufeff';

/** The rows among the lines of NDJSON, or of a JSON list as reports write it, without a byte order mark. */
export async function* jsonRows(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) {
    const text = line.startsWith(byteOrderMark) ? line.slice(1) : line;
    if (text.startsWith('{')) yield text.endsWith(',') ? text.slice(0, -1) : text;
  }
}

const endForm = new RegExp(`^\\{"outcome":"(${rowOutcomes.join('|')})",`);

/** Those of the rows that failed. Throws a `CommandError` for one that no report has written. */
export async function* failedJsonRows(uri: string, rows: AsyncIterable<string>): AsyncGenerator<string> {
  let number = 0;
  for await (const row of rows) {
    number += 1;
    // How a row ended stands in its last member, whatever that is called.
    const end = row.endsWith('}}') ? membersOf(row).at(-1)?.[1] : undefined;
    const [, outcome] = endForm.exec(end ?? '') ?? [];
    if (outcome === undefined) throw damaged(uri, `row ${number}`);
    if (outcome === 'failed') yield row;
  }
}

import { rowOutcomes } from '../../core/api/import-job';
import { membersOf } from '../../ports/json-text';
import { damaged } from './results-rows';

const byteOrderMark = '\ufeff';

/** The rows in lines of NDJSON, or of a JSON list in the form of our reports, without a byte order mark. */
export async function* jsonRows(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) {
    const text = line.startsWith(byteOrderMark) ? line.slice(1) : line;
    if (text.startsWith('{')) yield text.endsWith(',') ? text.slice(0, -1) : text;
  }
}

const endForm = new RegExp(`^\\{"outcome":"(${rowOutcomes.join('|')})",`);

/** The failed rows. Throws a `CommandError` for a row that no report wrote. */
export async function* failedJsonRows(uri: string, rows: AsyncIterable<string>): AsyncGenerator<string> {
  let number = 0;
  for await (const row of rows) {
    number += 1;
    // The last member says how a row ended, whatever its name.
    const end = row.endsWith('}}') ? membersOf(row).at(-1)?.[1] : undefined;
    const [, outcome] = endForm.exec(end ?? '') ?? [];
    if (outcome === undefined) throw damaged(uri, `row ${number}`);
    if (outcome === 'failed') yield row;
  }
}

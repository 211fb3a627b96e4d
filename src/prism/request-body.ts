import { isTurnOver, nextTurn } from '../ports/give-way';
import type { StartImportRequest } from '../ports/import-api';
import { PrismError, unanswered } from '../ports/prism-error';
import { WrittenRow } from '../ports/written-row';

/**
 * The body of a request to import rows, written in steps so that others get a turn. If a row cannot be written as JSON,
 * throws a PrismError which says that nothing was sent.
 */
export async function requestBody({ objectType, rows, options }: StartImportRequest): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [Buffer.from('{"objects":[')];
  try {
    for (const [index, row] of rows.entries()) {
      if (isTurnOver()) await nextTurn();
      if (index > 0) pieces.push(comma);
      pieces.push((row instanceof WrittenRow ? row : WrittenRow.from(row)).json);
    }
    const hasOptions = Object.keys(options).length > 0;
    pieces.push(Buffer.from(hasOptions ? `],"options":${JSON.stringify(options)}}` : ']}'));
    return Buffer.concat(pieces);
  } catch (error) {
    const request = `POST ${objectType} import`;
    const seen = error instanceof Error ? error.name : 'an error';
    throw new PrismError(
      `${request}: not sent, since its rows cannot be written as JSON (${seen})`,
      unanswered('unsendable', request, false),
    );
  }
}

const comma = Buffer.from(',');

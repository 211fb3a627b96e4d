import type { ApplicationFailure } from '@temporalio/activity';
import { rowSetOf } from '../../core/pipeline/row-set';
import type { RefusedSelection, StartImportInput } from '../../core/pipeline/launch/start-import';
import type { ObjectStore } from '../../ports/object-store';
import { PrismError, type RefusalSubject } from '../../ports/prism-error';
import { keepRefusedRows } from '../../report/refused-rows';
import type { RowsToSend } from './rows-to-send';
import { folderOfKey } from './launch-key';
import { storageFailure, writeFailure } from '../to-failure';

/** The error of an import that the API refused for its rows, or without saying why. */
type Refusal = PrismError & { facts: { refusal: RefusalSubject } };

/** Whether the API has refused an import for its rows. If so, nothing was imported, and other rows may be sent. */
export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof PrismError && error.facts.refusal !== undefined && !error.facts.refusal.aboutRequest
  );
}

/**
 * The failure for a refusal, which says which rows are refused. The API's messages for them are stored first, since
 * they do not belong into a history. If storing fails, nothing was done, and the same key gets the same answer again.
 */
export async function refusalFailure(
  store: ObjectStore | null,
  { plan, batch, idempotencyKey }: StartImportInput,
  { positions, size, unkeyed }: RowsToSend,
  error: Refusal,
): Promise<ApplicationFailure> {
  const { rows } = error.facts.refusal;
  // The refusal of a request with one row is about that row, even if it names none.
  const alone = { index: 0, code: error.facts.code, message: error.message };
  const reported = positions.length === 1 ? [{ ...alone, ...rows[0] }] : rows;
  const named = reported.flatMap(({ index, code, message }) => {
    const position = positions[index];
    return position === undefined
      ? []
      : [{ position, code: code ?? error.facts.code, message: message ?? error.message }];
  });
  if (store !== null && named.length > 0) {
    const folder = folderOfKey(idempotencyKey);
    await keepRefusedRows(store, { plan, batch, folder }, named).catch((failed: unknown) => {
      throw storageFailure(failed, false);
    });
  }
  const refusal: RefusedSelection = {
    sent: positions.length,
    named: rowSetOf(named.map(({ position }) => position)),
    size,
    unkeyed,
  };
  return writeFailure(error, refusal);
}

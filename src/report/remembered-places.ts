import type { SettleWithoutSourceInput } from '../core/pipeline/settle-batch';
import { positionsOf } from '../core/pipeline/row-set';
import type { BatchRef } from '../ports/batch-reader';
import type { Places, RowPlace } from './row-places';

const unplaced = 'it could not be sent; its place in the batch is unknown, since the source changed';

/**
 * The rows of a batch as far as they are known without its source. If some could not be sent, nobody knows which: then
 * no row has a number, and the sent ones come first, in order.
 */
export function rememberedPlaces(
  { firstRow, rows }: BatchRef,
  { imports, rows: sendable }: SettleWithoutSourceInput,
): Places {
  const isCertain = sendable !== null || imports.some(({ selection }) => selection.range !== null);
  const sent = Math.min(rows, sendable?.size ?? sentBy(imports) ?? rows);
  const unkeyed = new Set(positionsOf(sendable?.unkeyed ?? ''));
  const placeOf = (index: number): RowPlace => ({
    rowNumber: sent === rows ? firstRow + index : null,
    line: null,
    malformed: index >= sent && isCertain ? unplaced : null,
    isLost: index >= sent && !isCertain,
    position: Math.min(index, sent),
    isUnkeyed: index < sent && unkeyed.has(index),
  });
  return {
    *all() {
      for (let index = 0; index < rows; index += 1) yield placeOf(index);
    },
  };
}

/** How many rows were sent, according to the imports' ranges or else the number of results; null if neither says. */
function sentBy(imports: SettleWithoutSourceInput['imports']): number | null {
  const ends = imports.flatMap(({ selection: { range } }) => range?.to ?? []);
  if (ends.length > 0) return Math.max(...ends);
  return imports.find(({ resultsRef }) => resultsRef !== null)?.resultsRef?.rows ?? null;
}

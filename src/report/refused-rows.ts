import { z } from 'zod';
import type { PlanRef } from '../core/pipeline/plan';
import { givingWay } from '../ports/give-way';
import { isMissing, type ObjectStore } from '../ports/object-store';
import { storedLines } from './stored-lines';

/** The API's message for a refused row, by the row's position among the sendable rows of its batch. */
const refusedRowSchema = z.object({
  position: z.number(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type RefusedRow = z.infer<typeof refusedRowSchema>;

/** File with the API's messages for refused rows of a batch, below the pipeline's folder. */
const refusedFile = (batch: number): string => `refused/${String(batch).padStart(7, '0')}.jsonl`;

const refusedUri = ({ uri }: PlanRef, batch: number): string =>
  uri.slice(0, uri.lastIndexOf('/') + 1) + refusedFile(batch);

/**
 * Reads the stored messages for refused rows of a batch, by position. May include rows found only by a run that a reset
 * has undone.
 */
export async function readRefusedRows(
  store: ObjectStore,
  plan: PlanRef,
  batch: number,
): Promise<Map<number, RefusedRow>> {
  const found = new Map<number, RefusedRow>();
  try {
    for await (const line of storedLines(store, refusedUri(plan, batch))) {
      const row = refusedRowSchema.parse(JSON.parse(line));
      found.set(row.position, row);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return found;
}

/** Stores the API's messages for refused rows of a batch, in addition to earlier ones. */
export async function keepRefusedRows(
  store: ObjectStore,
  { plan, batch, folder }: { plan: PlanRef; batch: number; folder: string },
  rows: readonly RefusedRow[],
): Promise<void> {
  const all = await readRefusedRows(store, plan, batch);
  for (const row of rows) all.set(row.position, row);
  await store.write(`${folder}/${refusedFile(batch)}`, linesOf(all.values()));
}

async function* linesOf(rows: Iterable<RefusedRow>): AsyncGenerator<string> {
  for await (const row of givingWay(rows)) yield `${JSON.stringify(row)}\n`;
}

import { z } from 'zod';
import type { PlanRef } from '../core/pipeline/plan';
import { selectionSchema, startedAnswerSchema } from '../core/pipeline/launch/start-import';
import { isMissing, type ObjectStore } from '../ports/object-store';
import { storedLines } from './stored-lines';

/** A request with rows that must not be sent twice, which the API has executed or may have. */
const sentRequestSchema = z.object({
  key: z.string(),
  selection: selectionSchema,
  /** Time of the first attempt, ISO 8601 UTC. */
  sentAt: z.iso.datetime(),
  /** Null until an answer is known. */
  answer: startedAnswerSchema.nullable(),
});
export type SentRequest = z.infer<typeof sentRequestSchema>;

const sentFile = (batch: number): string => `sent/${String(batch).padStart(7, '0')}.jsonl`;

/**
 * Reads the stored requests of a batch, including those of runs that a reset has undone. If the plan, which is stored
 * next to them, is missing too, rejects as for a missing object: a disk that is unavailable says nothing about what was
 * sent.
 */
export async function readSentRequests(
  store: ObjectStore,
  { uri }: PlanRef,
  batch: number,
): Promise<SentRequest[]> {
  const requests: SentRequest[] = [];
  try {
    const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
    for await (const line of storedLines(store, folder + sentFile(batch)))
      requests.push(sentRequestSchema.parse(JSON.parse(line)));
  } catch (error) {
    if (!isMissing(error)) throw error;
    await readFirstByte(store, uri);
  }
  return requests;
}

async function readFirstByte(store: ObjectStore, uri: string): Promise<void> {
  const chunks = await store.read(uri, { start: 0, end: 1 });
  for await (const chunk of chunks) if (chunk.length > 0) return;
}

/** Stores the requests of a batch, replacing those stored before. */
export async function keepSentRequests(
  store: ObjectStore,
  { folder, batch }: { folder: string; batch: number },
  requests: readonly SentRequest[],
): Promise<void> {
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`);
  await store.write(`${folder}/${sentFile(batch)}`, lines);
}

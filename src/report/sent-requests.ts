import { z } from 'zod';
import type { PlanRef } from '../core/pipeline/plan';
import { selectionSchema, startedAnswerSchema } from '../core/pipeline/launch/start-import';
import { isMissing, type ObjectStore } from '../ports/object-store';
import { storedLines } from './stored-lines';

/** A request of rows that must not be sent twice, which the API has carried out, or may have. */
const sentRequestSchema = z.object({
  key: z.string(),
  selection: selectionSchema,
  /** When it was sent first; ISO 8601 UTC. */
  sentAt: z.iso.datetime(),
  /** Null while no answer is known. */
  answer: startedAnswerSchema.nullable(),
});
export type SentRequest = z.infer<typeof sentRequestSchema>;

const sentFile = (batch: number): string => `sent/${String(batch).padStart(7, '0')}.jsonl`;

/**
 * The requests of a batch that are kept for a pipeline, also of runs that a reset has undone. Rejects as for a missing
 * object when the plan, which is kept beside them, is missing too: a disk that is away says nothing of what was sent.
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

/** Keeps the requests of a batch, in place of those that were kept. */
export async function keepSentRequests(
  store: ObjectStore,
  { folder, batch }: { folder: string; batch: number },
  requests: readonly SentRequest[],
): Promise<void> {
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`);
  await store.write(`${folder}/${sentFile(batch)}`, lines);
}

import { createHash } from 'node:crypto';
import type { PlanRef } from '../core/pipeline/plan';
import type { BatchPlanner } from './batch-planner';
import type { BatchRef, PinnedSource } from '../ports/batch-reader';
import { firstForm } from './recognise/form';
import { givingWay } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';
import { StorageError } from '../ports/storage-error';

/** Stores a plan in the form that {@link PlanRef} describes. */
export async function writePlan(
  store: ObjectStore,
  name: string,
  pinned: PinnedSource,
  planner: BatchPlanner,
): Promise<PlanRef> {
  const header = `${JSON.stringify(pinned)}\n`;
  const longest = JSON.stringify(planner.longest()).length;
  const stored = await store.write(name, givingWay(lines(header, planner.refs(), longest)));
  const headerBytes = Buffer.byteLength(header);
  const { rows, batchCount: batches } = planner;
  return { ...stored, headerBytes, lineBytes: longest + 1, rows, batches };
}

function* lines(header: string, batches: Iterable<BatchRef>, longest: number): Generator<string> {
  yield header;
  for (const batch of batches) yield `${JSON.stringify(batch).padEnd(longest)}\n`;
}

/** The source as stored in a plan. A plan of 0.1.0 does not say how its text is read. */
type StoredSource = Omit<PinnedSource, 'form'> & Partial<Pick<PinnedSource, 'form'>>;

/** Reads the source of a plan. Reads the whole plan to check that it is the referenced one, and throws if it is not. */
export async function readPinnedSource(store: ObjectStore, plan: PlanRef): Promise<PinnedSource> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let missing = plan.headerBytes;
  for await (const chunk of await store.read(plan.uri)) {
    hash.update(chunk);
    const piece = chunk.subarray(0, missing);
    if (piece.length > 0) head.push(piece);
    missing -= piece.length;
  }
  if (hash.digest('hex') !== plan.sha256) throw otherPlan(plan);
  const pinned = JSON.parse(Buffer.concat(head).toString('utf8')) as StoredSource;
  return { ...pinned, form: pinned.form ?? firstForm(pinned.source) };
}

/** Reads a batch of a plan, counted from 1, without what precedes it. Throws if the plan is not the referenced one. */
export async function readBatchRef(store: ObjectStore, plan: PlanRef, batch: number): Promise<BatchRef> {
  if (batch < 1 || batch > plan.batches) {
    throw new RangeError(`batch ${batch} of a plan of ${plan.batches} batches`);
  }
  const start = plan.headerBytes + (batch - 1) * plan.lineBytes;
  const line = await readBytes(store, plan.uri, { start, end: start + plan.lineBytes });
  const found = JSON.parse(line.toString('utf8')) as BatchRef;
  if (found.batch !== batch) throw otherPlan(plan);
  return found;
}

/** Reads bytes of a stored object. */
async function readBytes(
  store: ObjectStore,
  uri: string,
  range: { start: number; end: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(uri, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const otherPlan = ({ uri }: PlanRef): StorageError =>
  new StorageError(`reading ${uri}: it is not the plan that was stored there`);

import type { Source } from '../core/pipeline/source';
import type { StoredObject } from '../core/stored-object';
import type { BatchPlanner } from './batch-planner';
import { givenEncoding } from './text/encoding';
import { rowFormats } from './formats/row-formats';
import { gunzip, isGzip } from './text/gunzip';
import { writePlan } from './plan-file';
import { PlannedText } from './planned-text';
import { readableText } from './readable-text';
import { recognise, sampleBytes, type Recognised } from './recognise/recognise';
import { sampled } from './recognise/sampled';
import { rowLimits } from './rows/row-limits';
import { defaultBlockBytes, requireStore, type SourceOptions } from './source-options';
import { inPieces } from './text/pieces';
import { SourceBytes } from './text/source-bytes';
import { claimUpload, uploadOf } from '../ports/uploads';
import type { SourceFile } from '../ports/source-opener';
import type { Asked, Notes } from './formats/row-format';
import type { PinnedSource, PlanSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/**
 * Creates a planner of sources. It reads a source in one pass, holds a few blocks and about one row at a time, and
 * gives others a turn. The batches' byte ranges cover the text without gaps from the first row to the end. A source
 * that is compressed, not in UTF-8, or only on this host while the store is not, is copied into the store meanwhile.
 * Throws `SourceError` if a source cannot be read, changes meanwhile, has no rows, or has an unusable header.
 */
export function createPlanSource(options: SourceOptions): PlanSource {
  const blockBytes = options.blockBytes ?? defaultBlockBytes;
  return async (
    source,
    { batchSize, folder, dedupeBy = null, isOwnFile = false, onProgress = () => undefined },
  ) => {
    const store = requireStore(options);
    givenEncoding(source); // before anything is opened
    options.opener.check(source.uri);
    const file = await options.opener.open(source.uri);
    try {
      const head = await file.read(0, Math.min(3, file.size));
      const bytes = new SourceBytes(source.uri, file, blockBytes, onProgress);
      const plain = isGzip(head) ? gunzip(source.uri, bytes) : bytes.blocks();
      const { sample, whole, blocks } = await sampled(inPieces(plain), sampleBytes);
      const recognised = recognise(source, sample, whole);
      const asked = { dedupeBy, isOwnFile };
      const planning = { source, head, bytes, batchSize, asked, recognised, blocks };
      const { pinned, planner, notes } = await pass(store, folder, file, planning);
      const plan = await writePlan(store, `${folder}/plan.jsonl`, pinned, planner);
      const upload = uploadOf(plan.uri, folder, source.uri);
      if (upload !== null) await claimUpload(store, upload, folder);
      return { plan, ...notes };
    } finally {
      await file.close();
    }
  };
}

interface Planning {
  source: Source;
  /** The first bytes of the file. */
  head: Buffer;
  bytes: SourceBytes;
  batchSize: number;
  asked: Asked;
  /** How to read it, detected from its start. */
  recognised: Recognised;
  /** Its uncompressed bytes. */
  blocks: AsyncIterable<Buffer>;
}

async function pass(
  store: ObjectStore,
  folder: string,
  file: SourceFile,
  planning: Planning,
): Promise<{ pinned: PinnedSource; planner: BatchPlanner; notes: Notes }> {
  const { source, bytes, batchSize } = planning;
  const { form, markBytes } = planning.recognised;
  const copied = needsCopy(store, planning);
  const start = copied ? 0 : markBytes;
  const text = new PlannedText(source, planning.recognised, batchSize, planning.asked, start);
  const blocks = text.through(readableText(source, planning.recognised, planning.blocks));
  const copy: StoredObject | null = copied
    ? await store.write(`${folder}/source.${form.format}`, blocks)
    : await drained(blocks);
  const whole = { bytes: file.size, sha256: await bytes.finish() };
  const { header: columns, planner } = text;
  const { findings, warnings } = text.notes();
  const notes = { findings: [...planning.recognised.findings, ...findings], warnings };
  const pinned = {
    source,
    ...whole,
    text: copy ?? { uri: source.uri, ...whole },
    columns,
    form,
    findings: notes.findings,
    leftOut: text.leftOut,
    limits: rowLimits,
  };
  return { pinned, planner, notes };
}

function needsCopy(store: ObjectStore, { source, head, recognised }: Planning): boolean {
  const outOfReach = source.uri.startsWith('file:') && !store.local;
  const { encoding, format } = recognised.form;
  return outOfReach || isGzip(head) || encoding !== 'utf-8' || rowFormats[format].toLines !== null;
}

async function drained(blocks: AsyncIterable<Buffer>): Promise<null> {
  for await (const block of blocks) void block;
  return null;
}

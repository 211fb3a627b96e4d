import { z } from 'zod';
import type { ImportReport } from '../core/pipeline/report';
import type { WriteReportInput } from '../core/pipeline/settle-batch';
import type { BatchReader } from '../ports/batch-reader';
import { isMissing, type ObjectStore } from '../ports/object-store';
import { contentOf, ownerOf, uploadOf, type Upload } from '../ports/uploads';
import type { Report } from './write-report';

/**
 * Writes the report of a pipeline. If its source was copied to storage for it, the copy is removed once the report is
 * written. The report's result is stored first, so that another attempt can return it without the copy. A copy that
 * another pipeline owns stays.
 */
export async function writeReportOnce(
  { store, batches, folder }: { store: ObjectStore; batches: BatchReader; folder: string },
  { plan }: WriteReportInput,
  report: Report,
): Promise<ImportReport> {
  const { source } = await batches.source(plan);
  const upload = uploadOf(plan.uri, folder, source.uri);
  if (upload === null) return report.write();
  const madeFrom = await report.madeFrom();
  const before = await writtenBefore(store, upload, madeFrom);
  const written = before ?? (await report.write());
  if (before === null) await store.write(upload.writtenName, [JSON.stringify({ madeFrom, report: written })]);
  if ((await ownerOf(store, upload)) === folder) {
    await store.remove(upload.uri);
    await store.remove(upload.ownerUri); // last, so that an attempt that ends in between is repeated completely
  }
  return written;
}

const keptSchema = z.object({ madeFrom: z.string(), report: z.custom<ImportReport>() });

/** What an earlier attempt has written from the same parts; null without one. */
async function writtenBefore(
  store: ObjectStore,
  { writtenUri }: Upload,
  madeFrom: string,
): Promise<ImportReport | null> {
  const content = await contentOf(store, writtenUri).catch((error: unknown) => {
    if (isMissing(error)) return 'null';
    throw error;
  });
  const kept = keptSchema.safeParse(JSON.parse(content));
  return kept.success && kept.data.madeFrom === madeFrom ? kept.data.report : null;
}

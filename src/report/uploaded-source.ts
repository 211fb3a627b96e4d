import type { ImportReport } from '../core/pipeline/report';
import type { WriteReportInput } from '../core/pipeline/settle-batch';
import type { BatchReader } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';
import type { Report } from './write-report';

/** Name of a file that the command line has copied to the storage. */
const uploadName = /^uploads\/[0-9a-f]{32}(?:\.[A-Za-z0-9]{1,10}){0,2}$/;

/**
 * Writes the report of a pipeline. When its source was copied to the storage for it, the copy is removed once the
 * report stands; what the report says is kept first, so that another try of the same gives it without the copy.
 */
export async function writeReportOnce(
  { store, batches, folder }: { store: ObjectStore; batches: BatchReader; folder: string },
  { plan }: WriteReportInput,
  report: Report,
): Promise<ImportReport> {
  const { source } = await batches.source(plan);
  const root = plan.uri.slice(0, plan.uri.lastIndexOf(folder));
  const isUpload = source.uri.startsWith(root) && uploadName.test(source.uri.slice(root.length));
  if (!isUpload) return report.write();
  const name = `${folder}/written-report.json`;
  const before = await writtenBefore(store, root + name);
  const written = before ?? (await report.write());
  if (before === null) await store.write(name, [JSON.stringify(written)]);
  await store.remove(source.uri);
  return written;
}

async function writtenBefore(store: ObjectStore, uri: string): Promise<ImportReport | null> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.read(uri)) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as ImportReport;
  } catch {
    return null; // not written yet, as a rule; what the storage cannot do shows in what follows
  }
}

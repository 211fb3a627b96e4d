import { isMissing, isRefused, type ObjectStore } from './object-store';

/** Name of a file that the command line has copied to storage. */
const uploadName = /^uploads\/[0-9a-f]{32}(?:\.[A-Za-z0-9]{1,10}){0,2}$/;

/** A source that the command line has copied to storage, from the view of a pipeline that reads it. */
export interface Upload {
  uri: string;
  /** Name and URI of the object that says which pipeline may remove the copy: the first that planned it. */
  ownerName: string;
  ownerUri: string;
  /** Name and URI of the pipeline's stored report result, kept because the copy is removed before the pipeline ends. */
  writtenName: string;
  writtenUri: string;
}

/** Name or URI of the object that says who owns an upload, from those of the upload. */
const ownerOfName = (upload: string): string => `${upload}-owner`;

/** The upload behind a source; null for any other source. `planUri` is that of the plan in `folder`. */
export function uploadOf(planUri: string, folder: string, sourceUri: string): Upload | null {
  const root = planUri.slice(0, planUri.lastIndexOf(folder));
  const name = sourceUri.slice(root.length);
  if (!sourceUri.startsWith(root) || !uploadName.test(name)) return null;
  const [ownerName, writtenName] = [ownerOfName(name), `${folder}/written-report.json`];
  return {
    uri: sourceUri,
    ownerName,
    ownerUri: root + ownerName,
    writtenName,
    writtenUri: root + writtenName,
  };
}

/** Makes the pipeline of a folder the owner of its upload, unless another one already is. */
export async function claimUpload(store: ObjectStore, upload: Upload, folder: string): Promise<void> {
  if ((await ownerOf(store, upload)) === null) await store.write(upload.ownerName, [folder]);
  await store.write(upload.writtenName, ['null']); // nothing yet; replaces what a run before a reset has left
}

/** Folder of the pipeline that may remove an upload; null if there is none. */
export async function ownerOf(store: ObjectStore, { ownerUri }: Upload): Promise<string | null> {
  try {
    return await contentOf(store, ownerUri);
  } catch (error) {
    // Without permission to list the bucket, S3 refuses missing objects too.
    if (isMissing(error) || isRefused(error)) return null;
    throw error;
  }
}

/**
 * Removes an upload unless a pipeline owns it, which may read it again after a reset. Rejects if the store does not say
 * whether there is an owner.
 */
export async function removeUnowned(store: ObjectStore, uri: string): Promise<void> {
  const owner = await contentOf(store, ownerOfName(uri)).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (owner === null) await store.remove(uri);
}

/** A small object as a text. */
export async function contentOf(store: ObjectStore, uri: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(uri)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

import type { Client } from '@temporalio/client';
import { noteUser } from './cleaning/storage-users';
import type { ObjectStore } from './ports/object-store';
import { namespaceId } from './temporal/cleaning/open-work';

const withoutStorage =
  'PRISM_STORAGE is not set: row results larger than 256 KiB are dropped, and importRecords refuses every input.';

/**
 * Notes in the storage that workers of a client's namespace use it, which `prism-imports clean` needs. Warns if that
 * fails, or if there is no storage; the worker runs anyway.
 */
export async function noteStorageUse(
  store: ObjectStore | null,
  client: Client,
  warn: (message: string) => void,
): Promise<void> {
  if (store === null) return warn(withoutStorage);
  try {
    await noteUser(store, { id: await namespaceId(client), name: client.options.namespace });
  } catch (error) {
    warn(`\`prism-imports clean\` will remove nothing: ${(error as Error).message}`);
  }
}

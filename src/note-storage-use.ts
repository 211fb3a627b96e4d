import type { Client } from '@temporalio/client';
import { noteUser } from './cleaning/storage-users';
import type { ObjectStore } from './ports/object-store';
import { namespaceId } from './temporal/cleaning/open-work';

/**
 * Notes in the storage that workers of a client's namespace use it: `prism-imports clean` needs it. What prevents it is
 * only warned of, since work needs it not.
 */
export async function noteStorageUse(
  store: ObjectStore | null,
  client: Client,
  warn: (message: string) => void,
): Promise<void> {
  if (store === null) return;
  try {
    await noteUser(store, { id: await namespaceId(client), name: client.options.namespace });
  } catch (error) {
    warn(`\`prism-imports clean\` will remove nothing: ${(error as Error).message}`);
  }
}

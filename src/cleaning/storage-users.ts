import type { ObjectStore } from '../ports/object-store';
import { usersFolder } from '../ports/storage-layout';

/** A namespace of Temporal: its id is made by the server, so that two of one name are told apart. */
export interface StorageUser {
  id: string;
  name: string;
}

/** Notes in the storage that workers of a namespace use it. Rejects as the store does. */
export async function noteUser(store: ObjectStore, { id, name }: StorageUser): Promise<void> {
  await store.write(`${usersFolder}/${id}.json`, [`${JSON.stringify({ namespace: name })}\n`]);
}

/** The ids of the namespaces whose workers have used the storage. Rejects as the store does. */
export async function userIds(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of store.list(usersFolder)) {
    const [, id] = /^[^/]+\/([^/.]+)\.json$/.exec(name) ?? [];
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

import type { ObjectStore } from '../ports/object-store';
import { usersFolder } from '../ports/storage-layout';

/** A Temporal namespace. The server generates its id, which distinguishes namespaces with the same name. */
export interface StorageUser {
  id: string;
  name: string;
}

/** Records in the storage that workers of a namespace use it. Rejects as the store does. */
export async function noteUser(store: ObjectStore, { id, name }: StorageUser): Promise<void> {
  await store.write(`${usersFolder}/${id}.json`, [`${JSON.stringify({ namespace: name })}\n`]);
}

/** The ids of the namespaces whose workers have used the storage. Rejects as the store does. */
async function userIds(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of store.list(usersFolder)) {
    const [, id] = /^[^/]+\/([^/.]+)\.json$/.exec(name) ?? [];
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** Nothing in this storage may be removed, because the needs of its users are unknown. The message says what to do. */
export class NotOurStorage extends Error {
  override readonly name = 'NotOurStorage';
}

/** Throws {@link NotOurStorage} unless workers of this namespace, and of no other, have used the storage. */
export async function requireOnlyUser(store: ObjectStore, { id, name }: StorageUser): Promise<void> {
  const found = await userIds(store);
  const others = found.filter((each) => each !== id);
  if (!found.includes(id)) {
    const seen = `no worker of the namespace ${JSON.stringify(name)} (${id}) has noted that it uses this storage`;
    const fix =
      'check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and PRISM_STORAGE; workers note it when they start, those of 0.1.0 do not';
    throw new NotOurStorage(`Nothing was removed: ${seen}; ${fix}.`);
  }
  if (others.length > 0) {
    const seen = `workers of other namespaces use this storage too (${others.join(', ')})`;
    const fix = `this command cannot know what they need. Give each namespace its own storage; if a namespace no longer exists, remove its file below ${usersFolder}/`;
    throw new NotOurStorage(`Nothing was removed: ${seen}; ${fix}.`);
  }
}

import {
  cleanedFolders,
  type Cleaned,
  type CleanedFolder,
  type CleanedStorage,
} from '../core/cleaned-storage';
import type { ListedObject, ObjectStore } from '../ports/object-store';
import { pipelinesFolder } from '../ports/storage-layout';

export interface CleaningOptions {
  /** Objects last written before this time are old; in milliseconds since 1970. */
  beforeMs: number;
  isNeeded: (object: ListedObject) => boolean;
  /** Remove nothing. */
  dryRun: boolean;
  onProgress: (seen: number) => void;
  /** Stops the cleaning between two objects. */
  signal: AbortSignal;
}

/**
 * Removes objects that are old and unneeded. All files of a pipeline are as old as the newest of them, and are removed
 * together. Rejects as the store does, or if stopped; the next run removes the rest.
 */
export async function cleanStorage(store: ObjectStore, options: CleaningOptions): Promise<CleanedStorage> {
  const counts = { uploads: none(), results: none(), pipelines: none() };
  let seen = 0;
  for (const folder of cleanedFolders) {
    for await (const group of groupsOf(store, folder)) {
      options.signal.throwIfAborted();
      const fate = fateOf(group, options);
      if (fate === 'removed' && !options.dryRun) await removeAll(store, group, options.signal);
      for (const { bytes } of group) {
        counts[folder][fate].objects += 1;
        counts[folder][fate].bytes += bytes;
      }
      options.onProgress((seen += group.length));
    }
  }
  return counts;
}

const amount = () => ({ objects: 0, bytes: 0 });
const none = (): Cleaned => ({ removed: amount(), needed: amount(), young: amount() });

function fateOf(group: readonly ListedObject[], { beforeMs, isNeeded }: CleaningOptions): keyof Cleaned {
  if (group.some(({ writtenAtMs }) => writtenAtMs >= beforeMs)) return 'young';
  return group.some(isNeeded) ? 'needed' : 'removed';
}

/** Groups objects that must be removed together: all files of a pipeline, or a single object. */
async function* groupsOf(store: ObjectStore, folder: CleanedFolder): AsyncGenerator<ListedObject[]> {
  let group: ListedObject[] = [];
  for await (const object of store.list(folder)) {
    const [first] = group;
    if (first !== undefined && !(folder === pipelinesFolder && isBeside(first, object))) {
      yield group;
      group = [];
    }
    group.push(object);
  }
  if (group.length > 0) yield group;
}

const isBeside = (one: ListedObject, other: ListedObject): boolean =>
  one.name.split('/')[1] === other.name.split('/')[1];

async function removeAll(
  store: ObjectStore,
  group: readonly ListedObject[],
  signal: AbortSignal,
): Promise<void> {
  for (const { uri } of group) {
    signal.throwIfAborted();
    await store.remove(uri);
  }
}

import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { cleanStorage } from '../cleaning/clean-storage';
import { neededBy, type OpenWork } from '../cleaning/needed';
import { NotOurStorage, requireOnlyUser } from '../cleaning/storage-users';
import type { CleanedStorage } from '../core/cleaned-storage';
import type { ObjectStore } from '../ports/object-store';
import { heartbeating } from './heartbeating';
import { invalidInput, storageFailure } from './to-failure';

/** What the activity of `cleanStorage` stands on. */
export interface CleaningPorts {
  /** Null when `PRISM_STORAGE` is not set. */
  store: ObjectStore | null;
  /** How long the storage keeps what nobody needs, in milliseconds; null for ever. */
  keepStoredMs: number | null;
  /** What goes on in the namespace. */
  openWork: () => Promise<OpenWork>;
  /** The id that the server has made for the namespace. */
  namespaceId: () => Promise<string>;
}

/** The activities that {@link createCleaningActivities} makes. */
export type CleaningActivities = ReturnType<typeof createCleaningActivities>;

/** The activities of `cleanStorage`. */
export const createCleaningActivities = ({ store, keepStoredMs, openWork, namespaceId }: CleaningPorts) => ({
  /**
   * Removes what the storage has kept for longer than `PRISM_KEEP_STORED` and what no open import or pipeline needs.
   * Fails with `InvalidInput` when that is not set, or when the storage is not this namespace's alone, or with
   * `StorageUnavailable`, which is worth another try.
   */
  async removeOldObjects(): Promise<CleanedStorage> {
    if (store === null || keepStoredMs === null) throw invalidInput(notSet);
    const signal = cancellationSignal();
    return await heartbeating(async () => {
      const beforeMs = Date.now() - keepStoredMs;
      const name = activityInfo().namespace;
      const user = { id: await namespaceId(), name };
      try {
        await requireOnlyUser(store, user);
        const isNeeded = neededBy(await openWork());
        return await cleanStorage(store, {
          beforeMs,
          isNeeded,
          dryRun: false,
          onProgress: () => undefined,
          signal,
        });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NotOurStorage) throw invalidInput(error.message);
        throw storageFailure(error, true);
      }
    });
  },
});

const notSet =
  'PRISM_STORAGE, PRISM_KEEP_STORED: this worker lacks one of them; expected a storage, and how long to keep objects that nothing needs, such as 30d';

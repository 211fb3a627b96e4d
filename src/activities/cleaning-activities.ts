import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { cleanStorage } from '../cleaning/clean-storage';
import { neededBy, type OpenWork } from '../cleaning/needed';
import { NotOurStorage, requireOnlyUser } from '../cleaning/storage-users';
import type { CleanedStorage } from '../core/cleaned-storage';
import type { ObjectStore } from '../ports/object-store';
import { heartbeating } from './heartbeating';
import { invalidInput, storageFailure } from './to-failure';

/** What the activity of `cleanStorage` depends on. */
export interface CleaningPorts {
  /** Null without `PRISM_STORAGE`. */
  store: ObjectStore | null;
  /** How long the storage keeps unneeded objects, in milliseconds; null means forever. */
  keepStoredMs: number | null;
  /** The open imports and pipelines of the namespace. */
  openWork: () => Promise<OpenWork>;
  /** The namespace's id, as assigned by the server. */
  namespaceId: () => Promise<string>;
}

/** The activities that {@link createCleaningActivities} creates. */
export type CleaningActivities = ReturnType<typeof createCleaningActivities>;

/** The activities of `cleanStorage`. */
export const createCleaningActivities = ({ store, keepStoredMs, openWork, namespaceId }: CleaningPorts) => ({
  /**
   * Removes objects that are older than `PRISM_KEEP_STORED` and that no open import or pipeline needs. Fails with
   * `InvalidInput` if that is not set or if another namespace uses the storage, or with `StorageUnavailable`, which is
   * worth a retry.
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

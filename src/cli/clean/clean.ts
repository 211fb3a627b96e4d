import { cleanStorage } from '../../cleaning/clean-storage';
import { neededBy } from '../../cleaning/needed';
import { requireOnlyUser } from '../../cleaning/storage-users';
import { loadConfig } from '../../config/config';
import { cleanedFolders, leastAgeForm, leastAgeMs, type CleanedStorage } from '../../core/cleaned-storage';
import { parseDuration } from '../../core/duration';
import { openStore } from '../../storage/open-store';
import { S3Objects } from '../../storage/s3-objects';
import { namespaceId, openWork } from '../../temporal/cleaning/open-work';
import { CommandError } from '../command-error';
import { connect } from '../connect';
import { exitCodes } from '../exit-codes';
import { requireStorage } from '../import/upload';
import { onInterrupt } from '../terminal/follow-result';
import { print, printJson } from '../terminal/output';
import { withProgress } from '../terminal/with-progress';
import { cleanedTable } from './cleaned-table';

/** Options of `clean`. */
export interface CleanFlags {
  olderThan: string;
  dryRun: boolean;
  json: boolean;
}

/** `prism-imports clean` */
export async function runClean({ olderThan, dryRun, json }: CleanFlags): Promise<void> {
  const ageMs = parseDuration(olderThan) ?? 0;
  if (ageMs < leastAgeMs) {
    const message = `--older-than: saw ${JSON.stringify(olderThan)}, expected ${leastAgeForm}`;
    throw new CommandError(message, exitCodes.usage);
  }
  const config = loadConfig();
  const store = openStore(requireStorage(config), new S3Objects(config.s3Endpoint));
  const beforeMs = Date.now() - ageMs;
  const client = await connect(config);
  const interrupt = abortOnInterrupt();
  const { signal } = interrupt;
  try {
    await requireOnlyUser(store, { id: await namespaceId(client), name: config.temporal.namespace });
    const cleaned = await withProgress('checking open workflows', async (update) => {
      let runs = 0;
      const onRun = () => update(`checking open workflows, ${(runs += 1)} so far`);
      const isNeeded = neededBy(await openWork(client, onRun));
      const onProgress = (seen: number) => update(`reading the storage, ${seen} objects so far`);
      return cleanStorage(store, { beforeMs, isNeeded, dryRun, onProgress, signal });
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      const message = 'Interrupted. Run the command again to remove the rest.';
      throw new CommandError(message, exitCodes.interrupted);
    });
    printCleaned(cleaned, { olderThan, dryRun, json });
  } finally {
    interrupt.dispose();
    await client.connection.close();
  }
}

/** A signal that aborts on an interrupt. */
function abortOnInterrupt() {
  const interrupt = onInterrupt();
  const stopping = new AbortController();
  void interrupt.promise.then(() => stopping.abort());
  return { signal: stopping.signal, dispose: () => interrupt.dispose() };
}

function printCleaned(cleaned: CleanedStorage, { olderThan, dryRun, json }: CleanFlags): void {
  if (json) return printJson({ dryRun, olderThan, ...cleaned });
  print(cleanedTable(cleaned, dryRun));
  const removed = cleanedFolders.reduce((sum, folder) => sum + cleaned[folder].removed.objects, 0);
  if (dryRun && removed > 0) print('Dry run: nothing was removed. Run it without --dry-run to remove them.');
}

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
import { showProgress } from '../terminal/progress';
import { cleanedTable } from './cleaned-table';

/** Options of `clean`. */
export interface CleanFlags {
  olderThan: string;
  dryRun: boolean;
  json: boolean;
}

const quietMs = 2000;

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
  const progress = lateProgress();
  const client = await connect(config);
  try {
    await requireOnlyUser(store, { id: await namespaceId(client), name: config.temporal.namespace });
    let runs = 0;
    const onRun = () => progress.update(`checking open workflows, ${(runs += 1)} so far`);
    const isNeeded = neededBy(await openWork(client, onRun));
    const onProgress = (seen: number) => progress.update(`reading the storage, ${seen} objects so far`);
    const options = { beforeMs, isNeeded, dryRun, onProgress, signal: progress.signal };
    const cleaned = await cleanStorage(store, options).catch((error: unknown) => {
      if (!progress.signal.aborted) throw error;
      const message = 'Interrupted. Run the command again to remove the rest.';
      throw new CommandError(message, exitCodes.interrupted);
    });
    progress.stop();
    printCleaned(cleaned, { olderThan, dryRun, json });
  } finally {
    progress.stop();
    await client.connection.close();
  }
}

/** Shows progress if the work takes long; its signal aborts on an interrupt. */
function lateProgress() {
  const beganAt = performance.now();
  const interrupt = onInterrupt();
  const stopping = new AbortController();
  void interrupt.promise.then(() => stopping.abort());
  let view: ReturnType<typeof showProgress> | null = null;
  let printedAt = 0;
  return {
    signal: stopping.signal,
    update(text: string) {
      const now = performance.now();
      if (now - beganAt < quietMs || now - printedAt < quietMs) return;
      printedAt = now;
      view ??= showProgress();
      view.update({ processed: null, total: null, text });
    },
    stop() {
      view?.stop();
      view = null;
      interrupt.dispose();
    },
  };
}

function printCleaned(cleaned: CleanedStorage, { olderThan, dryRun, json }: CleanFlags): void {
  if (json) return printJson({ dryRun, olderThan, ...cleaned });
  print(cleanedTable(cleaned, dryRun));
  const removed = cleanedFolders.reduce((sum, folder) => sum + cleaned[folder].removed.objects, 0);
  if (dryRun && removed > 0) print('Dry run: nothing was removed. Run it without --dry-run to remove them.');
}

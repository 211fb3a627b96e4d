import type { Client } from '@temporalio/client';
import { cleanStorage, cleanedFolders, type Cleaned, type CleanedFolder } from '../../cleaning/clean-storage';
import { neededBy, type OpenWork } from '../../cleaning/needed';
import { userIds } from '../../cleaning/storage-users';
import { loadConfig } from '../../config/config';
import { parseDuration } from '../../core/duration';
import type { ObjectStore } from '../../ports/object-store';
import { usersFolder } from '../../ports/storage-layout';
import { openStore } from '../../storage/open-store';
import { S3Objects } from '../../storage/s3-objects';
import { namespaceId, openRuns } from '../../temporal/open-work';
import { CommandError } from '../command-error';
import { connect } from '../connect';
import { exitCodes } from '../exit-codes';
import { requireStorage } from '../import/upload';
import { onInterrupt } from '../terminal/follow-result';
import { print, printJson } from '../terminal/output';
import { showProgress } from '../terminal/progress';
import { cleanedTable } from './cleaned-table';

/** What the command line says of `clean`. */
export interface CleanFlags {
  olderThan: string;
  dryRun: boolean;
  json: boolean;
}

/** The API keeps an import for 7 days, and what is found at the end of these may be a day late. */
const leastDays = 8;
const dayMs = 86_400_000;
const quietMs = 2000;

/** `prism-imports clean` */
export async function runClean({ olderThan, dryRun, json }: CleanFlags): Promise<void> {
  const ageMs = parseDuration(olderThan) ?? 0;
  if (ageMs < leastDays * dayMs) {
    const why = 'results may be read until then';
    const message = `--older-than: saw ${JSON.stringify(olderThan)}, expected at least ${leastDays}d: ${why}`;
    throw new CommandError(message, exitCodes.usage);
  }
  const config = loadConfig();
  const store = openStore(requireStorage(config), new S3Objects(config.s3Endpoint));
  const beforeMs = Date.now() - ageMs;
  const progress = lateProgress();
  const client = await connect(config);
  try {
    await requireOnlyUser(store, client);
    const isNeeded = neededBy(await openWork(client, (text) => progress.update(text)));
    const onProgress = (seen: number) => progress.update(`looking at the storage, ${seen} objects`);
    const options = { beforeMs, isNeeded, dryRun, onProgress, signal: progress.signal };
    const cleaned = await cleanStorage(store, options).catch((error: unknown) => {
      if (!progress.signal.aborted) throw error;
      const message = 'Interrupted. What is left is removed when the command runs again.';
      throw new CommandError(message, exitCodes.interrupted);
    });
    progress.stop();
    printCleaned(cleaned, { olderThan, dryRun, json });
  } finally {
    progress.stop();
    await client.connection.close();
  }
}

/** Throws unless workers of this namespace, and of no other, have used the storage: others' needs are not known. */
async function requireOnlyUser(store: ObjectStore, client: Client): Promise<void> {
  const { namespace } = client.options;
  const [own, found] = await Promise.all([namespaceId(client), userIds(store)]);
  const others = found.filter((id) => id !== own);
  if (!found.includes(own)) {
    const fix =
      'check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and PRISM_STORAGE; workers note it when they start, those of 0.1.0 do not';
    const seen = `no worker of the namespace ${JSON.stringify(namespace)} (${own}) has noted that it uses this storage`;
    throw new CommandError(`Nothing was removed: ${seen}; ${fix}.`, exitCodes.error);
  }
  if (others.length > 0) {
    const seen = `workers of other namespaces use this storage too (${others.join(', ')})`;
    const fix = `what these need cannot be known here. Give each namespace a storage of its own; once one is gone, remove its file below ${usersFolder}/`;
    throw new CommandError(`Nothing was removed: ${seen}; ${fix}.`, exitCodes.error);
  }
}

async function openWork(client: Client, say: (text: string) => void): Promise<OpenWork> {
  let seen = 0;
  const onRun = () => say(`asking what goes on, ${(seen += 1)} workflows`);
  const pipelines = await openRuns(client, 'importRecords', onRun);
  const imports = await openRuns(client, 'trackImport', onRun);
  return { namespace: client.options.namespace, pipelines, imports };
}

/** Shows what goes on once it has taken a while; its signal is that of an interrupt. */
function lateProgress() {
  const beganAt = performance.now();
  const interrupt = onInterrupt();
  const stopping = new AbortController();
  void interrupt.promise.then(() => stopping.abort());
  let view: ReturnType<typeof showProgress> | null = null;
  let saidAt = 0;
  return {
    signal: stopping.signal,
    update(text: string) {
      const now = performance.now();
      if (now - beganAt < quietMs || now - saidAt < quietMs) return;
      saidAt = now;
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

function printCleaned(
  cleaned: Record<CleanedFolder, Cleaned>,
  { olderThan, dryRun, json }: CleanFlags,
): void {
  if (json) return printJson({ dryRun, olderThan, ...cleaned });
  print(cleanedTable(cleaned, dryRun));
  const removed = cleanedFolders.reduce((sum, folder) => sum + cleaned[folder].removed.objects, 0);
  if (dryRun && removed > 0) print('Nothing was removed: this was a trial. Without --dry-run it is.');
}

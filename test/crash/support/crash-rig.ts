import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from 'prism-emulator';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { PublicImportRecordsInput } from '../../../src/core/pipeline/public-input';
import type { importRecords } from '../../../src/workflows/import-records';
import { TemporaryFiles } from '../../support/temporary-files';
import { teamId } from '../../support/tracker-rig';
import { KilledWorker } from './killed-worker';

/** One import whose worker is killed meanwhile, with an emulator and a store of its own. */
export interface CrashRig {
  emulator: PrismEmulator;
  worker: KilledWorker;
  /** Path of the source. */
  path: string;
  /** Folder of the store. */
  store: string;
  /** Imports the source as organizations, killing the worker when each of the moments has come. */
  import(input: CrashedInput, moments: readonly (() => boolean)[]): Promise<ImportReport>;
  close: () => Promise<void>;
}

type CrashedInput = Pick<PublicImportRecordsInput, 'batchSize' | 'maxConcurrentImports' | 'options'> & {
  /** How long to wait between two polls. */
  pollEvery: string;
};

/** What a rig works on. */
export interface CrashRigOptions {
  /** Of workflow and task queue. */
  name: string;
  csv: string;
  emulator: EmulatorOptions;
  /** Further variables of the worker. */
  environment?: Record<string, string>;
}

/** Starts a rig on a server, which stays the caller's to close. */
export async function startCrashRig(
  { address, client }: TestWorkflowEnvironment,
  { name, csv, emulator: emulatorOptions, environment = {} }: CrashRigOptions,
): Promise<CrashRig> {
  const files = new TemporaryFiles();
  const emulator = await startPrismEmulator(emulatorOptions);
  const store = `${files.folder}/store`;
  const uri = files.write('input.csv', csv);
  const worker = new KilledWorker({
    environment: {
      TEMPORAL_ADDRESS: address,
      PRISM_TASK_QUEUE: name,
      PRISM_STORAGE: `file:${store}`,
      PRISM_SOURCES: uri,
      MICRO_API_KEY: 'test-key',
      MICRO_BASE_URL: emulator.baseUrl,
      ...environment,
    },
  });
  const run = ({ pollEvery, ...input }: CrashedInput) =>
    client.workflow.execute<typeof importRecords>('importRecords', {
      taskQueue: name,
      workflowId: name,
      args: [
        {
          ...{ teamId, objectType: 'organization', source: { uri, format: 'csv' }, ...input },
          polling: { initialInterval: pollEvery, maximumInterval: pollEvery },
        },
      ],
    });
  return {
    emulator,
    worker,
    path: fileURLToPath(uri),
    store,
    import: (input, moments) => worker.whileKilled(() => run(input), moments),
    async close() {
      await worker.end();
      await emulator.close();
      files.remove();
    },
  };
}

import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from 'prism-emulator';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { PublicImportRecordsInput } from '../../../src/core/pipeline/public-input';
import type { importRecords } from '../../../src/workflows/import-records';
import { Disk, type FirstFault } from '../../support/failing-disk/disk';
import { TemporaryFiles } from '../../support/temporary-files';
import { teamId } from '../../support/tracker-rig';
import { builtWorker } from '../../support/worker-process';
import { KilledWorker } from './killed-worker';

/** One import whose worker is killed while it runs, with its own emulator and store. */
export interface CrashRig {
  emulator: PrismEmulator;
  worker: KilledWorker;
  /** Path of the source. */
  path: string;
  /** Folder of the store. */
  store: string;
  /** The same, as a disk that can fail. */
  disk: Disk;
  /** Imports the source as organizations, and kills the worker at each of the moments. */
  import(input: CrashedInput, moments: readonly (() => boolean)[]): Promise<ImportReport>;
  close: () => Promise<void>;
}

type CrashedInput = Pick<PublicImportRecordsInput, 'batchSize' | 'maxConcurrentImports' | 'options'> & {
  /** Time between two polls. */
  pollEvery: string;
};

/** Options of a rig. */
export interface CrashRigOptions {
  /** Name of workflow and task queue. */
  name: string;
  csv: string;
  emulator: EmulatorOptions;
  /** Further environment variables of the worker. */
  environment?: Record<string, string>;
  /** How the disk of the store begins to fail. */
  firstFault?: FirstFault;
}

/** Starts a rig on a server; the caller closes the server. */
export async function startCrashRig(
  { address, client }: TestWorkflowEnvironment,
  { name, csv, emulator: emulatorOptions, environment = {}, firstFault }: CrashRigOptions,
): Promise<CrashRig> {
  const files = new TemporaryFiles();
  const emulator = await startPrismEmulator(emulatorOptions);
  const store = `${files.folder}/store`;
  const disk = Disk.make(store, firstFault);
  const uri = files.write('input.csv', csv);
  const worker = new KilledWorker({
    program: [...disk.parameters, builtWorker],
    environment: {
      ...disk.environment,
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
    ...{ store, disk },
    import: (input, moments) => worker.whileKilled(() => run(input), moments),
    async close() {
      await worker.end();
      await emulator.close();
      files.remove();
    },
  };
}

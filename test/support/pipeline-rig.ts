import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { parse } from 'csv-parse/sync';
import type { ImportRecordsInput } from '../../src/core/pipeline/input';
import {
  startPrismEmulator,
  type EmulatorOptions,
  type JournalEntry,
  type PrismEmulator,
} from 'prism-emulator';
import { createPrismClient } from '../../src/prism/client';
import { createFileStore } from '../../src/storage/file-store';
import { S3Objects } from '../../src/storage/s3-objects';
import { createWorkerPair } from '../../src/worker-pair';
import type { importRecords } from '../../src/workflows/import-records';
import { reportBySchema } from './by-schema';
import { keptTime, type TimeOptions } from './kept-time';
import { TemporaryFiles } from './temporary-files';
import { startTimeSkipping, workflowBundle } from './temporal';
import type { ObjectStore } from '../../src/ports/object-store';

export type PipelineHandle = WorkflowHandle<typeof importRecords>;

/**
 * Everything a pipeline needs, all real: workers for both task queues, the HTTP client, an emulator, a folder for
 * files, results and reports.
 */
export interface PipelineRig {
  emulator: PrismEmulator;
  files: TemporaryFiles;
  /**
   * Starts a pipeline that imports organizations from a CSV with this content. When its report is read, it is validated
   * against the schemas.
   */
  start: (csv: string | { uri: string }, input?: Partial<ImportRecordsInput>) => Promise<PipelineHandle>;
  close: () => Promise<void>;
}

export interface PipelineRigOptions extends TimeOptions {
  emulator?: EmulatorOptions;
  withoutStore?: boolean;
  /** A store outside the rig's folder, and the S3 server for sources. */
  storage?: { store: ObjectStore; s3Endpoint: string };
  maxCachedWorkflows?: number;
  /** Default: the workflows as the worker runs them. */
  workflowBundle?: WorkflowBundleOption;
}

/**
 * Starts a rig on a Temporal environment, which the caller closes. The emulator uses the environment's clock, or that
 * of each workflow.
 */
export async function startPipelineRig(
  env: TestWorkflowEnvironment,
  options: PipelineRigOptions = {},
): Promise<PipelineRig> {
  const taskQueue = `test-${randomUUID()}`;
  const time = keptTime(env, options);
  const emulator = await startPrismEmulator({ ...time.emulator, ...options.emulator });
  const files = new TemporaryFiles();
  const ownStore = options.withoutStore === true ? null : createFileStore(`${files.folder}/store`);
  const { store, s3Endpoint } = options.storage ?? { store: ownStore, s3Endpoint: undefined };
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: options.workflowBundle ?? workflowBundle(),
    api: createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'test-key', ...time.api }),
    store,
    sources: [{ directory: '/' }, ...['sources', 'elsewhere'].map(inBucket)],
    objects: new S3Objects(s3Endpoint),
    ...(options.maxCachedWorkflows !== undefined && {
      overrides: { maxCachedWorkflows: options.maxCachedWorkflows },
    }),
  });
  const running = pair.run();
  return {
    emulator,
    files,
    async start(csv, input = {}) {
      const handle = await env.client.workflow.start<typeof importRecords>('importRecords', {
        taskQueue,
        workflowId: `import-${randomUUID()}`,
        args: [
          {
            teamId: '7951e46f-5947-4685-9da7-54824ebc0f4d',
            objectType: 'organization',
            source: { uri: typeof csv === 'string' ? files.write('input.csv', csv) : csv.uri, format: 'csv' },
            ...input,
          },
        ],
      });
      await time.started(handle);
      const result = handle.result.bind(handle);
      return Object.assign(handle, { result: async () => reportBySchema(await result()) });
    },
    async close() {
      pair.stop();
      await running;
      await emulator.close();
      files.remove();
    },
  };
}

const inBucket = (bucket: string) => ({ location: { bucket, key: '' } });

/** A CSV of organizations numbered from 1, in which other lines replace some. */
export function organizations(rows: number, others: Record<number, string> = {}): string {
  const lines = Array.from(
    { length: rows },
    (_, index) => others[index + 1] ?? `Org ${index + 1},o${index + 1}.example`,
  );
  return ['name,primary_domain', ...lines, ''].join('\n');
}

/** A report's lines as objects by column. */
export function readReport(uri: string | null): Record<string, string>[] {
  return parse(readFileSync(fileURLToPath(uri ?? '')), { columns: true });
}

/** The import requests that an emulator answered or refused. */
export function launches(emulator: PrismEmulator): JournalEntry[] {
  return emulator.controller.journal.filter(
    ({ method, path }) => method === 'POST' && path.endsWith('/import'),
  );
}

/**
 * Starts rigs for a test file, and closes each after its test. Each has its own time-skipping server: once a pipeline
 * has ended, such a server's clock may jump by years.
 */
export function pipelineRigs(): (
  options?: PipelineRigOptions,
) => Promise<PipelineRig & { env: TestWorkflowEnvironment }> {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return async (options = {}) => {
    const env = await startTimeSkipping();
    closers.push(() => env.teardown());
    const rig = await startPipelineRig(env, options);
    closers.push(rig.close);
    return { ...rig, env };
  };
}

/** Imports with at least ten rows become jobs. */
export const smallBatches = { emulator: { asyncThreshold: 10 } };

/** Path of import requests. */
export const importPath = /\/import$/;

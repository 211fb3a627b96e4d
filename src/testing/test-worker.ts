import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type * as prism from '../prism/client';
import type * as storage from '../storage/file-store';
import type * as serving from './serve';
import type * as times from './time-of-workflows';
import type { ServedAt, ServingWorker } from './serve';

/**
 * Loads modules only when needed: an emulator alone loads nothing of Temporal's. Jest does not accept `import()` here.
 */
const load = createRequire(__filename);

/** What {@link startTestWorker} serves. */
export interface TestWorkerOptions extends ServedAt {
  /** The API's base URL, such as `baseUrl` of an emulator. */
  baseUrl: string;
  /** Default: `test`, which an emulator accepts unless it is configured with a key. */
  apiKey?: string;
  /**
   * Whether workflows skip time by themselves, which needs server 1.32 or later. Each workflow then has its own time,
   * which its requests pass to the emulator (clock `header`). Requests are not spaced. Default: false.
   */
  skipsTime?: boolean;
  /** A folder for results, plans and reports, from which files can also be imported. Default: no storage. */
  directory?: string;
}

/**
 * Starts the whole worker in this process, to test a pipeline. With an emulator on the same clock, a week-long import
 * takes seconds on a time-skipping server. Rejects if the server cannot be reached, or if a search attribute has the
 * wrong type.
 *
 * @example
 * import { TestWorkflowEnvironment } from '@temporalio/testing';
 * import { startPrismEmulator, startTestWorker } from 'prism-imports/testing';
 *
 * const env = await TestWorkflowEnvironment.createTimeSkipping();
 * const emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
 * const worker = await startTestWorker({ connection: env.nativeConnection, baseUrl: emulator.baseUrl });
 */
export function startTestWorker({
  baseUrl,
  apiKey = 'test',
  directory,
  skipsTime = false,
  ...at
}: TestWorkerOptions): Promise<ServingWorker> {
  const { serve } = load('./serve') as typeof serving;
  const { createPrismClient } = load('../prism/client') as typeof prism;
  const { createFileStore } = load('../storage/file-store') as typeof storage;
  const ownTimes = skipsTime ? (load('./time-of-workflows') as typeof times).timeOfWorkflows : {};
  const folder = directory === undefined ? null : resolve(directory);
  return serve(at, {
    api: createPrismClient({ baseUrl, apiKey, ...ownTimes }),
    store: folder === null ? null : createFileStore(folder),
    sources: folder === null ? [] : [{ directory: folder }],
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createApiActivities } from '../../../src/activities/api-activities';
import type { RequireOwn } from '../../../src/activities/require-own';
import type { GetImportStatusInput, PollAnswer } from '../../../src/core/tracker/get-import-status';
import type { StartedImport, StartImportInput } from '../../../src/core/pipeline/launch/start-import';
import { createPrismClient } from '../../../src/prism/client';
import { createFileStore } from '../../../src/storage/file-store';
import { startScriptedServer, type ScriptedServer } from '../../support/scripted-server';
import { wholeError } from '../../support/whole-error';
import type { BatchReader, BatchRow, PinnedSource, SourceRow, RawRow } from '../../../src/ports/batch-reader';
import type { ObjectStore } from '../../../src/ports/object-store';
import { WrittenRow } from '../../../src/ports/written-row';

const key = 'sk-activity-secret';

/** What an activity runs with, beside the rig's own; the environment is a quiet one by default. */
export interface RunWith {
  environment?: MockActivityEnvironment;
  store?: ObjectStore | null;
  rows?: (BatchRow | Error | Promise<never>)[];
  requireOwn?: RequireOwn;
}

/** The activities over a real client, a scripted server, and a store in a folder of its own. */
export interface ActivityRig {
  server: ScriptedServer;
  /** Holds only the folder `store`, once something was stored. */
  folder: string;
  store: ObjectStore;
  getImportStatus(input: GetImportStatusInput, run?: RunWith): Promise<PollAnswer>;
  startImport(input: StartImportInput, run?: RunWith): Promise<StartedImport>;
  close(): Promise<void>;
}

export async function createActivityRig(): Promise<ActivityRig> {
  const server = await startScriptedServer();
  const folder = await mkdtemp(join(tmpdir(), 'import-activities-'));
  const fileStore = createFileStore(join(folder, 'store'));
  const api = createPrismClient({
    baseUrl: server.url,
    apiKey: key,
    requestsPerSecond: 1000,
    timeoutMs: 20_000,
  });
  const activities = ({ rows = [], store = fileStore, requireOwn = async () => {} }: RunWith) =>
    createApiActivities({ api, batches: new FakeBatches(rows), store, requireOwn });
  return {
    server,
    folder,
    store: fileStore,
    getImportStatus: (input, run = {}) =>
      (run.environment ?? quietEnvironment()).run(() => activities(run).getImportStatus(input)),
    startImport: (input, run = {}) =>
      (run.environment ?? quietEnvironment()).run(() => activities(run).startImport(input)),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** An environment that does not log the failures that a test asks for. */
export const quietEnvironment = (info?: Partial<Info>, client?: Client): MockActivityEnvironment =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR'), ...(client && { client }) });

/** Rows as they are given; an error among them is thrown, a promise is waited for. */
class FakeBatches implements BatchReader {
  constructor(private readonly rows: (BatchRow | Error | Promise<never>)[]) {}

  source(): Promise<PinnedSource> {
    return Promise.reject(new Error('nobody asks for the source here'));
  }

  async *read(): AsyncIterable<SourceRow> {
    for (const row of this.rows) {
      if (row instanceof Error) throw row;
      if (row instanceof Promise) await row;
      else yield await Promise.resolve({ ...row, raw: Buffer.alloc(0), start: 0 });
    }
  }

  readSent(): AsyncIterable<SourceRow> {
    return this.read();
  }

  ref(): Promise<never> {
    return Promise.reject(new Error('nobody asks for the place of a batch here'));
  }

  rawRows(): AsyncIterable<RawRow> {
    throw new Error('nobody asks for rows as they stand here');
  }

  line(): AsyncIterable<Uint8Array> {
    throw new Error('nobody asks for a line here');
  }
}

/** The failure that an activity ends with; it must show neither the key nor the rows of {@link contactRow}. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const failure: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(wholeError(failure)).not.toContain(key);
  expect(wholeError(failure)).not.toMatch(/lovelace/i);
  return failure as ApplicationFailure;
}

/** A row that can be sent. */
export const contactRow = (rowNumber: number): BatchRow => ({
  rowNumber,
  line: rowNumber + 1,
  row: WrittenRow.from({ default: { email: `ada${rowNumber}@lovelace.example` } }),
});

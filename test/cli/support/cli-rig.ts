import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startDevServer } from '../../support/temporal';
import { startWorkerProcess } from '../../support/worker-process';
import { killLeftCli } from './run-cli';

/** What the commands speak to: a real server with a real worker, and an emulator whose jobs are done at once. */
export interface CliRig {
  server: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  /** Variables for the command line. */
  environment: Record<string, string>;
  /** Writes a file of the rig and gives its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  close(): Promise<void>;
}

/** Starts a rig for a test file. */
export async function startCliRig(): Promise<CliRig> {
  const server = await startDevServer();
  const emulator = await startPrismEmulator({ job: { duration: 0 } });
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_CONFIG_FILE: '/dev/null',
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY: 'test-key-hunter2',
    MICRO_TEAM_ID: 'team-1',
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
  };
  const worker = await startWorkerProcess({ environment });
  return {
    server,
    emulator,
    environment,
    async file(name, content) {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    async close() {
      killLeftCli();
      await worker.stop();
      await emulator.close();
      await server.teardown();
      await rm(folder, { recursive: true });
    },
  };
}

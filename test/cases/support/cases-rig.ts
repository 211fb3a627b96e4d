import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { killLeftCli, runCli, type CliEnd } from '../../cli/support/run-cli';
import { S3Server } from '../../storage/support/s3-server';
import { startDevServer } from '../../support/temporal';
import { startWorkerProcess } from '../../support/worker-process';
import { startRecordingProxy } from './recording-proxy';

/** How a case comes to the worker. */
export const ways = ['as it is', 'compressed by gzip', 'from a bucket'] as const;
export type Way = (typeof ways)[number];

/** A real server, worker, storage and emulator for files that went wrong. */
export interface CasesRig {
  /** For whatever is written meanwhile. */
  folder: string;
  emulator: PrismEmulator;
  /** Where a file of `test/cases/files` lies for this way of reading it. */
  place(file: string, way: Way): Promise<string>;
  /** Writes a file, and gives its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  import(file: string, teamId: string, ...flags: string[]): Promise<CliEnd>;
  /** The members of the rows that were sent for a team, each as the text that was sent. */
  sent(teamId: string): string[];
  close(): Promise<void>;
}

/** Starts a rig for a test file. */
export async function startCasesRig(): Promise<CasesRig> {
  const server = await startDevServer();
  const emulator = await startPrismEmulator({ job: { duration: 0 } });
  const proxy = await startRecordingProxy(emulator.baseUrl);
  const bucket = new S3Server();
  await bucket.start();
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_CONFIG_FILE: '/dev/null',
    MICRO_BASE_URL: proxy.baseUrl,
    MICRO_API_KEY: 'test-key-hunter2',
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
    PRISM_SOURCES: 's3://cases',
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    AWS_ACCESS_KEY_ID: 'test-access-key',
    AWS_SECRET_ACCESS_KEY: 'test-secret-key',
    AWS_REGION: 'us-east-1',
  };
  const worker = await startWorkerProcess({ environment });
  const file = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  return {
    folder,
    emulator,
    file,
    async place(name, way) {
      if (way === 'as it is') return caseFile(name);
      const content = await readFile(caseFile(name));
      if (way === 'compressed by gzip') return file(`${name}.gz`, gzipSync(content));
      bucket.objects.set(`cases/${name}`, content);
      return `s3://cases/${name}`;
    },
    import: (path, teamId, ...flags) => {
      const run = ['import', path, '--object-type', 'organization', '--team', teamId, ...flags];
      return runCli(run, environment);
    },
    sent: (teamId) => proxy.bodies(teamId).flatMap(rowsOf),
    async close() {
      killLeftCli();
      await worker.stop();
      await proxy.close();
      await emulator.close();
      await bucket.stop();
      await server.teardown();
      await rm(folder, { recursive: true });
    },
  };
}

/** Where a file of the cases lies. */
export const caseFile = (name: string): string => join(__dirname, '..', 'files', name);

/** The members of each row in a request; the rows of the cases hold no braces. */
function rowsOf(body: string): string[] {
  return [...body.matchAll(/\{"default":\{([^{}]*)\}\}/g)].map(([, members = '']) => members);
}

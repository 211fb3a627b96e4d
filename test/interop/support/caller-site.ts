import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { Environment } from '../../../src/config/config';
import { callersNamespace, makeEndpoint, withCallers } from '../../support/nexus-callers';
import { startDevServer } from '../../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startS3Site, type S3Site } from './s3-site';

/** What callers in other languages meet: a real server, a worker that stores results in a bucket, an emulator. */
export interface CallerSite {
  server: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  s3: S3Site;
  /** Variables for whoever reads the bucket; none of this process but PATH and the like. */
  bucketAccess: Environment;
  /** Another namespace of the server, and the Nexus endpoint that leads to the worker. */
  nexus: { namespace: string; endpoint: string };
  /** Another worker of the same fleet, with further variables. */
  startWorker(environment: Environment): Promise<WorkerProcess>;
  close(): Promise<void>;
}

const bucket = 'prism-results';
/** Keys stand in URIs as they are, which a caller that decodes them learns here. */
const storage = `s3://${bucket}/results of callers/100%25`;

/** Starts all of it; an import takes 2.5 s unless its job says otherwise. Leaves nothing behind when it cannot. */
export async function startCallerSite(): Promise<CallerSite> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const s3 = await startS3Site([bucket]);
    closers.push(() => s3.stop());
    const bucketAccess = {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'],
      AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'],
      AWS_REGION: process.env['AWS_REGION'],
    };
    const server = await startDevServer(withCallers);
    closers.push(() => server.teardown());
    const emulator = await startPrismEmulator({ job: { duration: 2500 } });
    closers.push(() => emulator.close());
    const startWorker = (environment: Environment) =>
      startWorkerProcess({
        environment: {
          ...bucketAccess,
          TEMPORAL_ADDRESS: server.address,
          MICRO_API_KEY: 'emulator-key',
          MICRO_BASE_URL: emulator.baseUrl,
          PRISM_STORAGE: storage,
          ...environment,
        },
      });
    const worker = await startWorker({});
    closers.push(() => worker.stop());
    const nexus = { namespace: callersNamespace, endpoint: await makeEndpoint(server, 'prism-imports') };
    return { server, emulator, s3, bucketAccess, nexus, startWorker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributes } from '../workflows/messages';
import { temporalCli } from './executables';
import { freePort } from './free-port';

/** A Temporal development server of our own, with its UI. State is in memory and goes with it. */
export interface EmbeddedTemporal {
  env: TestWorkflowEnvironment;
  /** `host:port` for clients. */
  address: string;
  namespace: string;
  uiUrl: string;
  /** The `temporal` executable that runs it. */
  executable: string;
}

const host = '127.0.0.1';
/** Where `temporal server start-dev` listens by itself; taken when free, so that what people know by heart works. */
const usualPort = 7233;
const usualUiPort = 8233;

/** Starts the server on loopback, with our search attributes; `env.teardown()` stops it. Rejects as {@link temporalCli} does. */
export async function startEmbeddedTemporal(): Promise<EmbeddedTemporal> {
  const executable = await temporalCli();
  const port = await freePort(usualPort);
  const uiPort = await freePort(usualUiPort);
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable,
      ip: host,
      port,
      ui: true,
      uiPort,
      searchAttributes,
      log: { format: 'pretty', level: 'error' },
      // Its banner would go to our standard output, where results belong.
      extraArgs: ['--output', 'none'],
    },
  });
  return {
    env,
    address: `${host}:${port}`,
    namespace: env.namespace ?? 'default',
    uiUrl: `http://${host}:${uiPort}`,
    executable: executable.path,
  };
}

import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Environment } from '../../../src/config/config';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { trackerWorkflowId } from '../../../src/core/ids';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { statusQuery } from '../../../src/workflows/messages';
import { startDevServer, type DevServerOptions } from '../../support/temporal';
import { until } from '../../support/until';
import { startWorkerProcess } from '../../support/worker-process';

/** The team and the four imports that `docs/temporal-cli.md` speaks of. */
export const team = 'acme';
export const imports = { complete: 'imp-1', running: 'imp-2', failed: 'imp-3', expired: 'imp-4' } as const;

/** Workflow id of one of the four trackers. */
export const trackerOf = (state: keyof typeof imports): string => trackerWorkflowId(team, imports[state]);

/** A real server with a worker, and an emulator. */
export interface Scenario {
  server: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  /** Kills the worker and starts another, which takes over. */
  replaceWorker: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Sets up four trackers: of a complete, a running, a failed and an expired import. Resolves when they are in the state
 * that their names say.
 */
export async function startScenario(options: DevServerOptions = {}): Promise<Scenario> {
  return startSite(options, {}, async ({ server, emulator }) => {
    await makeImports(emulator);
    await followImports(server);
  });
}

/** Starts server, emulator and worker, and then what is to be seen there; closes all of them when that fails. */
export async function startSite(
  options: DevServerOptions,
  environment: Environment,
  begin: (site: Pick<Scenario, 'server' | 'emulator'>) => Promise<void>,
): Promise<Scenario> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const server = await startDevServer(options);
    closers.push(() => server.teardown());
    const emulator = await startPrismEmulator();
    closers.push(() => emulator.close());
    const startWorker = () =>
      startWorkerProcess({
        environment: {
          TEMPORAL_ADDRESS: server.address,
          MICRO_API_KEY: 'emulator-key',
          MICRO_BASE_URL: emulator.baseUrl,
          ...environment,
        },
      });
    let worker = await startWorker();
    closers.push(() => worker.stop());
    const replaceWorker = async () => {
      await worker.kill();
      worker = await startWorker();
    };
    await begin({ server, emulator });
    return { server, emulator, replaceWorker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeImports(emulator: PrismEmulator): Promise<void> {
  const rejected = { code: 'invalid_value', message: 'email: not an address' };
  const results = [1, 2, 3, 4].map((n) => ({ input_index: n - 1, id: `record-${n}`, created: true }));
  await emulator.controller.createJob({
    teamId: team,
    jobId: imports.complete,
    duration: 0,
    results: [...results, { input_index: 4, id: null, error: rejected }],
  });
  await emulator.controller.createJob({
    teamId: team,
    jobId: imports.running,
    duration: 60_000,
    total: 1000,
  });
  await emulator.controller.setJob(imports.running, {
    status: 'processing',
    processed: 400,
    succeeded: 398,
    failed: 2,
  });
  await emulator.controller.createJob({ teamId: team, jobId: imports.failed, duration: 0, total: 250 });
  await emulator.controller.setJob(imports.failed, {
    status: 'failed',
    processed: 40,
    succeeded: 40,
    error: { code: 'import_worker_failed', message: 'The import could not be finished' },
  });
}

async function followImports({ client }: TestWorkflowEnvironment): Promise<void> {
  const follow = (jobId: string, more = {}) =>
    startOrAttachTracker(client, 'prism-imports', { teamId: team, jobId, ...more });
  // Launched two minutes ago. Polls only when asked to, so that what is shown of it stays.
  const running = await follow(imports.running, {
    submittedAt: new Date(Date.now() - 120_000).toISOString(),
    polling: { initialInterval: '1h', maximumInterval: '1h' },
  });
  await running.signal('pollNow');
  const ended = await Promise.all([
    follow(imports.complete),
    follow(imports.failed),
    follow(imports.expired, { submittedAt: new Date(Date.now() - 3_600_000).toISOString() }),
  ]);
  await Promise.all(ended.map((handle) => handle.result()));
  await until(async () => {
    const { phase, polls } = await running.query(statusQuery);
    return phase === 'waiting' && polls === 1;
  });
  const listed = `WorkflowType='trackImport' AND PrismTeamId='${team}'`;
  await until(
    async () => (await client.workflow.count(`${listed} AND ExecutionStatus='Completed'`)).count === 3,
  );
  await until(
    async () => (await client.workflow.count(`${listed} AND ExecutionStatus='Running'`)).count === 1,
  );
}

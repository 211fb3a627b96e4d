import { join } from 'node:path';
import type { LocalTestWorkflowEnvironmentOptions } from '@temporalio/testing';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Executable } from '../../src/dev/executable';
import { temporalCli } from '../../src/dev/temporal-cli';
import { searchAttributes } from '../../src/workflows/messages';
import { timeSkippingServer } from './test-server/time-skipping-server';

/** How a development server differs from the usual one. */
export interface DevServerOptions {
  /** Search attributes of its namespace; default: ours. */
  searchAttributes?: typeof searchAttributes;
  /** Further arguments of `temporal server start-dev`. */
  extraArgs?: string[];
  /** Whether it serves the Temporal UI; default no. */
  ui?: boolean;
  /** Port of that UI; default: the server's own plus 1000. */
  uiPort?: number;
  /** The Temporal CLI to start it with; default: that of all tests. */
  executable?: Executable;
}

/** A development server of one's own, with our search attributes, on a free port; `teardown()` when done. */
export async function startDevServer(options: DevServerOptions = {}): Promise<TestWorkflowEnvironment> {
  quietly();
  const server: LocalTestWorkflowEnvironmentOptions['server'] = {
    executable: options.executable ?? (await temporalCli()),
    searchAttributes: options.searchAttributes ?? searchAttributes,
    // Without its banner.
    extraArgs: ['--output', 'none', ...(options.extraArgs ?? [])],
    ui: options.ui ?? false,
    log: { format: 'pretty', level: 'never' },
    ...(options.uiPort !== undefined && { uiPort: options.uiPort }),
  };
  return TestWorkflowEnvironment.createLocal({ server });
}

/** A time-skipping server of one's own, with our search attributes; `teardown()` when done. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietly();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await timeSkippingServer() },
  });
  const types = { KEYWORD: 2, DATETIME: 6 } as const; // temporal/api/enums/v1, IndexedValueType
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(searchAttributes.map(({ name, type }) => [name, types[type]])),
  });
  return env;
}

/** The workflows as the worker runs them, for `Worker.create`. */
export function workflowBundle(): { codePath: string } {
  return { codePath: join(__dirname, '..', '..', 'dist', 'workflow-bundle.js') };
}

let isQuiet = false;

/** Workers of tests report errors only. Once a process: the first environment would install the usual logger. */
export function quietly(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}

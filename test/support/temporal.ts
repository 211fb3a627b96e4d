import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { attributeFlags } from '../../src/dev/embedded-temporal';
import type { Executable } from '../../src/dev/executable';
import { temporalCli } from '../../src/dev/temporal-cli';
import { searchAttributes } from '../../src/workflows/messages';
import { startServer } from './server-process';
import { timeSkippingServer } from './test-server/time-skipping-server';

/** Differences of a development server from the usual one. */
export interface DevServerOptions {
  /** Search attributes of its namespace; default: ours. */
  searchAttributes?: typeof searchAttributes;
  /** Additional arguments of `temporal server start-dev`. */
  extraArgs?: string[];
  /** Whether it serves the Temporal UI; default no. */
  ui?: boolean;
  /** Port of that UI; default: the server's own plus 1000. */
  uiPort?: number;
  /** The Temporal CLI to start it with; default: that of all tests. */
  executable?: Executable;
}

/** Starts a new development server with our search attributes, on a free port; call `teardown()` when done. */
export async function startDevServer(options: DevServerOptions = {}): Promise<TestWorkflowEnvironment> {
  quietly();
  return startServer({
    executable: options.executable ?? (await temporalCli()),
    supportsTimeSkipping: false,
    parameters: (port) => devServerParameters(port, options),
  });
}

/** Arguments of the Temporal CLI for a development server on this port. */
export function devServerParameters(port: number, options: DevServerOptions = {}): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`],
    ...(options.ui === true ? [] : ['--headless']),
    ...(options.uiPort === undefined ? [] : ['--ui-port', `${options.uiPort}`]),
    ...['--log-format', 'pretty', '--log-level', 'never'],
    // As the SDK starts it, but without its banner.
    ...['frontend.enableServerVersionCheck=false', 'frontend.enableUpdateWorkflowExecution=true'].flatMap(
      (value) => ['--dynamic-config-value', value],
    ),
    ...['--output', 'none', ...attributeFlags(options.searchAttributes ?? searchAttributes)],
    ...(options.extraArgs ?? []),
  ];
}

/** Starts a new time-skipping server with our search attributes; call `teardown()` when done. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const env = await startBareTimeSkipping();
  const types = { KEYWORD: 2, DATETIME: 6 } as const; // temporal/api/enums/v1, IndexedValueType
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(searchAttributes.map(({ name, type }) => [name, types[type]])),
  });
  return env;
}

/** The same without search attributes. */
export async function startBareTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietly();
  return startServer({
    executable: await timeSkippingServer(),
    supportsTimeSkipping: true,
    // Its clock stands still until a client waits, as in the SDK.
    parameters: (port) => [`${port}`],
  });
}

/** The workflows as the worker runs them, for `Worker.create`. */
export function workflowBundle(): { codePath: string } {
  return { codePath: join(__dirname, '..', '..', 'dist', 'workflow-bundle.js') };
}

let isQuiet = false;

/** Makes test workers log only errors. Once per process: the first environment would install the usual logger. */
export function quietly(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}

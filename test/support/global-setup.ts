import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { temporalCli } from '../../src/dev/temporal-cli';
import { timeSkippingServer } from './test-server/time-skipping-server';

const root = join(__dirname, '..', '..');

/**
 * Runs once before all tests: obtains Temporal's servers and updates `dist/`, for tests that start our own programs and
 * for the workflow bundle. Test processes and their children inherit the variables.
 */
export default async function globalSetup(): Promise<void> {
  // Each may need to be built or downloaded, which takes minutes.
  const [cli, testServer] = await Promise.all([temporalCli(), timeSkippingServer()]);
  process.env['PRISM_TEMPORAL_CLI'] = cli.path;
  process.env['PRISM_TEMPORAL_TEST_SERVER'] = testServer.path;
  // The notice about Node's age concerns those who run a worker, and they see it there.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-changed'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (build.status !== 0) throw new Error('The build failed; see above.');
}

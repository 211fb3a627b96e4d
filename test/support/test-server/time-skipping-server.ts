import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadToolSettings, type ToolSettings } from '../../../src/config/config';
import { cachedFile, executableFile, obtainExecutable, type Executable } from '../../../src/dev/executable';
import { downloadBySdk } from '../../../src/dev/sdk-download';
import { toolEnvironment } from '../../../src/dev/tool-environment';
import type { Checksums } from './check-jars';
import { fetchTestServer } from './fetch-test-server';

/** Version of the time-skipping test server to obtain if there is none. */
export const testServerVersion = '1.38.0';

/**
 * Obtains the time-skipping test server. Tries in this order: `PRISM_TEMPORAL_TEST_SERVER`, the cache, the Temporal
 * SDK's download, Maven with the installed Java. `given` is the variable's value. Announces and throws like our code
 * for the Temporal CLI. Libraries from Maven must have these checksums.
 */
export function timeSkippingServer(
  settings: ToolSettings = loadToolSettings(),
  given = process.env['PRISM_TEMPORAL_TEST_SERVER'] || null,
  checksums: Checksums = knownJars(),
): Promise<Executable> {
  const tools = toolEnvironment(settings);
  const cached = cachedFile(settings, 'temporal-test-server', testServerVersion, 'temporal-test-server');
  const download = {
    server: 'time-skipping',
    version: 'default',
    fileName: cached.name,
    announcement: "Downloading Temporal's time-skipping test server, once: 60 MB, usually under a minute …",
  } as const;
  return obtainExecutable({
    what: `Temporal's time-skipping test server ${testServerVersion}`,
    variable: 'PRISM_TEMPORAL_TEST_SERVER',
    given,
    sources: [
      { name: `the cache, ${cached.folder}`, find: () => executableFile(cached.path) },
      {
        name: "the Temporal SDK's download",
        find: () => cached.fill((folder) => downloadBySdk(tools, download, folder)),
      },
      {
        name: 'Maven',
        find: () =>
          cached.fill((folder) => fetchTestServer(tools, testServerVersion, folder, cached.name, checksums)),
      },
    ],
    remedies: [
      'install Java 11 or later and Maven, with access to Maven Central',
      "set PRISM_TEMPORAL_TEST_SERVER to the executable's path",
    ],
  });
}

/** The libraries of this version on Maven Central, where files never change. */
const knownJars = (): Checksums =>
  JSON.parse(readFileSync(join(__dirname, 'jars.json'), 'utf8')) as Checksums;

import { runTool, type ToolEnvironment } from './tool-environment';

const goModule = 'github.com/temporalio/cli';
const lookUpLimitMs = 60_000;
const buildLimitMs = 30 * 60_000;

/**
 * Builds the Temporal CLI with Go into a folder; takes about 4 minutes on two cores. Throws if Go is missing, the
 * module is unavailable (checked before the build starts) or the build fails.
 */
export async function buildCli(tools: ToolEnvironment, version: string, folder: string): Promise<void> {
  // Outside any module and workspace, so that neither decides which versions are built.
  const place = { program: 'go', directory: folder, variables: { GOBIN: folder, GOWORK: 'off' } };
  await runTool(tools, {
    ...place,
    parameters: ['list', '-m', `${goModule}@v${version}`],
    limitMs: lookUpLimitMs,
  });
  tools.announce(
    `Building the Temporal CLI ${version} with Go, once: downloads up to 300 MB and takes about 4 min on two cores …`,
  );
  await runTool(tools, {
    ...place,
    parameters: [
      'install',
      `-ldflags=-s -w -X ${goModule}/temporalcli.Version=${version}`,
      `${goModule}/cmd/temporal@v${version}`,
    ],
    limitMs: buildLimitMs,
    label: 'building the Temporal CLI',
  });
}

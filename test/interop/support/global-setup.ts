import { join } from 'node:path';
import type { Config } from 'jest';
import prepareServers from '../../support/global-setup';
import { requirementsOf } from '../emulator-sdk/scripts';
import { chromiumExecutable } from './chromium';
import { kubeconform, kustomize, tctl, temporalServer, temporalSqlTool } from './go-tool';
import { javaProject } from './java';
import { newerTemporalCli } from './newer-temporal-cli';
import { nodeOf, nodeVersions } from './node-versions';
import { postgresqlPrograms } from './postgresql';
import { prometheusExecutables } from './prometheus-executables';
import { pythonWith } from './python';
import { announce } from './tools-folder';
import { versitygw } from './versitygw';
import { zshExecutable } from './zsh';

const root = join(__dirname, '..', '..', '..');
const requirements = [
  join(root, 'examples', 'python', 'requirements.txt'),
  join(root, 'test', 'interop', 'json-schemas', 'requirements.txt'),
  join(root, 'test', 'interop', 'kubernetes', 'requirements.txt'),
  requirementsOf('0.7.1'),
  requirementsOf('0.8.0'),
];

/** All tools. Those of one list use one package manager, and come one after the other. */
const tools: readonly (readonly (() => Promise<unknown>)[])[] = [
  [versitygw, tctl, kubeconform, kustomize, temporalServer, temporalSqlTool],
  [chromiumExecutable, prometheusExecutables, zshExecutable, postgresqlPrograms],
  [
    ...requirements.map((file) => () => pythonWith(file)),
    newerTemporalCli,
    ...Object.values(nodeVersions()).map((version) => () => nodeOf(version)),
  ],
  [join('examples', 'java'), join('test', 'interop', 'json-schemas', 'java')].map(
    (folder) => () => javaProject(join(root, folder)),
  ),
];

/**
 * Runs once before the tests: what all tests need, and before a whole run all tools of other toolchains, so that no two
 * tests install the same at once. A tool that cannot be had is left to the tests that need it, which say why.
 */
export default async function globalSetup({
  nonFlagArgs = [],
}: Config & { nonFlagArgs?: string[] }): Promise<void> {
  await prepareServers();
  if (nonFlagArgs.length > 0) return;
  await Promise.all(
    tools.map(async (list) => {
      for (const install of list)
        await install().catch(({ message }: Error) => announce(`${message} Its tests will try again.`));
    }),
  );
}

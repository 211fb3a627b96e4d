import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '..', '..', '..');

/** What the tests read of `package.json`. */
export interface PackageJson {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  typesVersions: Record<string, Record<string, string[]>>;
  dependencies: Record<string, string>;
  bundleDependencies: string[];
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean } | undefined>;
}

/** The package as npm publishes it. */
export interface PackedPackage {
  /** Path of the tarball. */
  tarball: string;
  /** What it holds, unpacked. */
  folder: string;
  packageJson: PackageJson;
}

/** Packs what `dist/` holds into a tarball in `folder`, and gives its path; `workspace`: that of the emulator. */
export async function packTarball(folder: string, workspace: '.' | 'emulator' = '.'): Promise<string> {
  const pack = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: join(root, workspace), maxBuffer: 16 * 1024 * 1024 });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}

/** Packs the package into `folder`, and unpacks it into `target`; default: `package` beside the tarball. */
export async function packPackage(
  folder: string,
  target: string = join(folder, 'package'),
): Promise<PackedPackage> {
  const tarball = await packTarball(folder);
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
  const packageJson = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as PackageJson;
  return { tarball, folder: target, packageJson };
}

/** The entries of `exports` that have types: those that TypeScript programs import. */
export const typedEntries = ({ exports }: PackageJson): string[] =>
  Object.keys(exports).filter((entry) => typeof exports[entry] === 'object');

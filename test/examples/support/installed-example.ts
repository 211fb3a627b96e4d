import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

/** A copy of the TypeScript example in a temporary folder, as it is once its packages are installed. */
export async function installedExample(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'typescript-example-'));
  const modules = join(folder, 'node_modules');
  await cp(join(root, 'examples', 'typescript'), folder, {
    recursive: true,
    filter: (path) => !/node_modules|dist/.test(path.slice(root.length)),
  });
  await mkdir(join(modules, '.bin'), { recursive: true });
  await symlink(root, join(modules, 'prism-imports'));
  for (const name of ['@temporalio', '@types', 'typescript', join('.bin', 'tsc')])
    await symlink(join(root, 'node_modules', name), join(modules, name));
  return folder;
}

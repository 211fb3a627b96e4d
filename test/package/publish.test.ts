import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

test('publishing goes through all but the upload', async () => {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const parameters = ['publish', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', parameters, { cwd: root });
  const said = JSON.parse(stdout) as Record<string, { id: string; files: { path: string }[] }>;
  expect(said[name]?.id).toBe(`${name}@${version}`);
  expect(said[name]?.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['dist/worker.js', 'dist/workflow-bundle.js', 'schemas/import-outcome.schema.json']),
  );
});

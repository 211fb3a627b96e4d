import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Published {
  id: string;
  files: { path: string }[];
}

const root = join(__dirname, '..', '..');

test('publishing goes through all but the upload', async () => {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  // Nobody is asked what is published already, and any version is taken.
  const registry = ['--registry', 'http://127.0.0.1:9', '--fetch-retries', '0', '--force'];
  const parameters = ['publish', '--dry-run', '--json', '--ignore-scripts', ...registry];
  const { stdout } = await promisify(execFile)('npm', parameters, { cwd: root });
  const said = JSON.parse(stdout) as Published | Record<string, Published>;
  // Newer versions of npm put it under its name.
  const published = name in said ? (said as Record<string, Published>)[name] : (said as Published);
  expect(published?.id).toBe(`${name}@${version}`);
  expect(published?.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'dist/worker.js',
      'dist/workflow-bundle.js',
      'schemas/import-outcome.schema.json',
    ]),
  );
});

// Updates what documents take from the program, with the tests that check it: the help of commands and metrics, the
// screenshots, and the output of commands. `node scripts/write-docs.mjs help` writes only the help, in seconds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
const helpOnly = process.argv[2] === 'help';
const runs = [
  ['jest.config.js', 'test/docs/cli.test.ts', 'test/docs/metrics.test.ts'],
  ...(helpOnly ? [] : [['jest.interop.config.js', 'temporal-ui', 'pipeline-ui', 'command-lines', 'night']]),
];
const codes = runs.map(
  ([config, ...tests]) =>
    spawnSync(process.execPath, [jest, '-c', config, ...tests], {
      cwd: root,
      env: { ...process.env, PRISM_WRITE_DOCS: '1' },
      stdio: 'inherit',
    }).status ?? 1,
);
spawnSync(process.execPath, [prettier, '--write', 'docs/metrics.md'], { cwd: root });
process.exitCode = Math.max(...codes);

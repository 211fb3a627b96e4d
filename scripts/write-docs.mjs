// Brings the screenshots and the command output in docs/ up to date, from the tests that check them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const tests = ['temporal-ui', 'pipeline-ui', 'command-lines', 'night'];
const { status } = spawnSync(process.execPath, [jest, '-c', 'jest.interop.config.js', ...tests], {
  cwd: root,
  env: { ...process.env, PRISM_WRITE_DOCS: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs once before all tests: brings `dist/` up to date, for those that start the emulator as a process. */
export default function globalSetup(): void {
  const tsc = require.resolve('typescript/bin/tsc');
  const project = join(__dirname, '..', '..', 'tsconfig.build.json');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project, '--noCheck'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The build failed; see above.');
}

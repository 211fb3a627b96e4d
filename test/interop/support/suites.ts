import { join } from 'node:path';
import { runCommand } from '../../../src/dev/run-command';
import type { Executable } from '../../../src/dev/executable';

const root = join(__dirname, '..', '..', '..');

/**
 * Tests of `npm test` that are run on other servers too: what asks the index for ids with quotes, question
 * marks and percent signs, what reads histories, and what removes by what is open.
 */
export const suitesForServers = [
  'test/cli/list/list.test.ts',
  'test/cli/list/trouble.test.ts',
  'test/cli/describe/describe.test.ts',
  'test/cli/clean.test.ts',
];

/**
 * Runs {@link suitesForServers} with this in the place of the Temporal CLI. Rejects with the end of their output
 * when one fails.
 */
export async function runSuites({ path }: Executable): Promise<void> {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { ok, seen, output } = await runCommand(
    process.execPath,
    [jest, '--runInBand', '--testTimeout=180000', ...suitesForServers],
    {
      directory: root,
      environment: { ...process.env, PRISM_TEMPORAL_CLI: path },
      limitMs: 14 * 60_000,
    },
  );
  if (!ok) throw new Error(`${seen}\n${output}`);
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { createProgram } from '../../src/cli/main';
import { program } from './support/run-cli';

const printModules = join(__dirname, '..', 'support', 'print-modules.js');

/** The files that a run of the built program has required. */
async function modulesOf(parameters: string[]): Promise<string[]> {
  const command = ['-r', printModules, program, ...parameters];
  const { stderr } = await promisify(execFile)(process.execPath, command, { env: withoutAccounts() });
  return stderr.split('\n');
}

const commands = createProgram().commands.map((command) => command.name());

// More would be felt at every Tab: commander and what declares the commands are about 40 files, the SDK is a thousand.
const maxModules = 80;

test.each([
  [['--help']],
  ...commands.map((name) => [[name, '--help']]),
  [['lab', 'export', '--help']],
  [['complete', '--', 'track', 'job', '--re']],
  [['completion', 'bash']],
])('%j loads nothing but what declares the commands', async (parameters) => {
  const modules = await modulesOf(parameters);
  const packages = modules.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  expect(new Set(packages)).not.toContain('zod');
  expect(packages.filter((name) => name.startsWith('@'))).toEqual([]);
  expect(modules).toContain(program);
  expect(modules.length).toBeLessThan(maxModules);
});

test('a command loads what it runs', async () => {
  const failed: unknown = await modulesOf(['track', '..', '--team', 'team-1']).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('dist/cli/track/track.js') as string,
  });
  expect(failed).toMatchObject({ stderr: expect.not.stringContaining('dist/cli/list/') as string });
});

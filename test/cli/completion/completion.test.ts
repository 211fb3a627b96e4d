import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../../src/config/config';
import { completionsOf } from '../../../src/cli/completion/candidates';
import { createProgram } from '../../../src/cli/main';
import { program, runCli } from '../support/run-cli';

const valuesFor = (...words: string[]) =>
  completionsOf(createProgram(), words).candidates.map(({ value }) => value);

test.each([
  ['a command', ['desc'], ['describe']],
  ['every command but the hidden one', ['comp'], ['completion']],
  ['a command of a command', ['lab', 'ex'], ['export']],
  ['an option of a command of a command', ['lab', 'export', '--li'], ['--limit']],
  ['an option of a command', ['track', 'job', '--re'], ['--results']],
  ['rows with their columns', ['results', 'id', '--w'], ['--with-columns']],
  ['a choice', ['track', 'job', '--results', 's'], ['stored']],
  ['a choice that is glued on', ['track', 'job', '--results=s'], ['stored']],
  ['a choice that bash has cut off', ['track', 'job', '--results', '=', 's'], ['stored']],
  ['all choices after the sign', ['track', 'job', '--results', '='], ['auto', 'failed', 'stored', 'omitted']],
  ['the first of a list', ['list', '--status', 'comp'], ['complete']],
  ['the next of a list', ['list', '--status', 'failed,comp'], ['failed,complete']],
  ['an argument', ['completion', 'z'], ['zsh']],
  ['nothing for an id', ['describe', ''], []],
  ['nothing for free text', ['list', '--team', ''], []],
])('completes %s', (_, words, values) => {
  expect(valuesFor(...words)).toEqual(values);
});

test.each([
  [['import', ''], true],
  [['import', 'x.csv', '--mapping', ''], true],
  [['import', 'x.csv', '--object-type', ''], false],
  [['describe', ''], false],
])('after %j files are offered: %s', (words, files) => {
  expect(completionsOf(createProgram(), words).files).toBe(files);
});

/** What bash makes of a line when Tab is pressed at its end. */
async function inBash(folder: string, line: string[]): Promise<string[]> {
  const { stdout: script } = await runCli(['completion', 'bash']);
  const words = ['prism-imports', ...line].map((word) => `'${word}'`).join(' ');
  const commands = `${script}\nCOMP_WORDS=(${words})\nCOMP_CWORD=${line.length}\n_prism_imports\nprintf '%s\\n' "\${COMPREPLY[@]}"\ncomplete -p prism-imports`;
  const environment = withoutAccounts();
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', commands], {
    env: { ...environment, PATH: `${folder}${delimiter}${environment['PATH']}` },
  });
  return stdout.trimEnd().split('\n');
}

test('bash completes by the script, and offers files where it gives nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  try {
    const wrapper = join(folder, 'prism-imports');
    await writeFile(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
    const registered = 'complete -o default -F _prism_imports prism-imports';
    expect(await inBash(folder, ['do'])).toEqual(['doctor', registered]);
    expect(await inBash(folder, ['list', '--status', 'c'])).toEqual(['complete', 'cancelled', registered]);
    expect(await inBash(folder, ['track', '--results', '=', 'om'])).toEqual(['omitted', registered]);
    expect(await inBash(folder, ['import', 'no-such'])).toEqual(['', registered]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(['zsh', 'fish', 'powershell'])('prints a script for %s that asks this program', async (shell) => {
  const { code, stdout } = await runCli(['completion', shell]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/prism-imports complete '?--/);
});

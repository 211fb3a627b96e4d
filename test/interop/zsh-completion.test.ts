import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { program, runCli } from '../cli/support/run-cli';
import { openOnScreen, type ScreenRun } from '../cli/support/run-on-screen';
import { zshExecutable } from './support/zsh';

const tab = '\t';
/** Empties the line, then the screen. */
const emptyLine = '\u0015\u000c';

let folder: string;
let shell: ScreenRun;

/** An interactive zsh with nothing but its completion and our script, in a folder with one file. */
beforeAll(async () => {
  const zsh = await zshExecutable();
  folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  const wrapper = join(folder, 'prism-imports');
  await writeFile(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  const { stdout: script } = await runCli(['completion', 'zsh']);
  const lines = ["PS1='ready> '", 'autoload -U compinit', 'compinit -u', 'setopt autolist', `cd ${folder}`];
  await writeFile(join(folder, '.zshrc'), `${lines.join('\n')}\n${script}`);
  await writeFile(join(folder, 'companies.csv'), 'name\nOne\n');
  shell = openOnScreen(zsh, ['-d', '-i'], {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    HOME: folder,
    ZDOTDIR: folder,
  });
  await shell.shows(/^ready>/m);
});
afterAll(async () => {
  // An interactive shell ignores SIGTERM.
  shell?.type(`${emptyLine}exit\r`);
  await shell?.ended;
  if (folder) await rm(folder, { recursive: true });
});

/** What the terminal shows after a line and Tab, once it shows that. */
async function complete(line: string, shows: RegExp): Promise<string> {
  shell.type(`${emptyLine}prism-imports ${line}${tab}`);
  await shell.shows(shows);
  return shell.rows().join('\n');
}

test('zsh lists the commands with short descriptions, each on a line of its own', async () => {
  const screen = await complete('', /^describe +-- /m);
  for (const name of ['track', 'list', 'doctor', 'import', 'clean'])
    expect(screen).toMatch(new RegExp(`^${name} +-- \\S.*$`, 'm'));
});

test('zsh completes a command, and values without a -- among them', async () => {
  await complete('doc', /^ready> prism-imports doctor/m);
  const screen = await complete('track job --results ', /^auto\b/m);
  for (const value of ['auto', 'failed', 'stored', 'omitted']) expect(screen).toContain(value);
  expect(screen).not.toMatch(/^--$/m);
});

test('zsh offers files where a file is wanted', async () => {
  await complete('import comp', /^ready> prism-imports import companies\.csv/m);
});

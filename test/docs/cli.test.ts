import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../src/cli/exit-codes';
import { createProgram } from '../../src/cli/main';
import { endStatuses } from '../../src/core/tracker/end-statuses';
import { helpOn, withHelp, withoutHelp } from './support/cli-help';

const docs = join(__dirname, '..', '..', 'docs');
const overview = readFileSync(join(docs, 'cli.md'), 'utf8');
const files = readdirSync(join(docs, 'cli'));
const pages = files.map((file) => readFileSync(join(docs, 'cli', file), 'utf8'));
const program = createProgram();
const commands = program
  .createHelp()
  .visibleCommands(program)
  .filter((each) => each.name() !== 'help');
const names = commands.map((command) => command.name());

test.each(names)('one page on the command line has a part on %s, and the overview leads to it', (name) => {
  const part = new RegExp(`^## \`(${name}(?: [A-Z_]+)?)\`$`, 'm');
  const found = files.filter((_, index) => part.test(pages[index] ?? ''));
  expect(found).toHaveLength(1);
  const [, heading = ''] = part.exec(pages[files.indexOf(found[0] ?? '')] ?? '') ?? [];
  expect(overview).toContain(`(cli/${found[0]}#${heading.toLowerCase().replaceAll(' ', '-')})`);
});

test.each(files)('docs/cli/%s has the help of its commands as they print it', (file) => {
  const path = join(docs, 'cli', file);
  const page = readFileSync(path, 'utf8');
  if (process.env['PRISM_WRITE_DOCS'] === '1') writeFileSync(path, withHelp(page));
  // When this fails: `node scripts/write-docs.mjs help`.
  else expect(page).toBe(withHelp(page));
});

test('the pages have the help of every command', () => {
  const runnable = commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands
          .filter((nested) => nested.name() !== 'help')
          .map((nested) => `${command.name()} ${nested.name()}`),
  );
  expect(pages.flatMap(helpOn).sort()).toEqual(runnable.sort());
});

test('the pages name no option that does not exist', () => {
  const known = new Set(commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])));
  const lines = [overview, ...pages.map(withoutHelp)]
    .flatMap((page) => page.split('\n'))
    .filter((line) => !/temporal (workflow|operator)/.test(line));
  const named = lines.flatMap((line) => line.match(/(?<=[ `])--[a-z][a-z-]+/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  for (const option of named) if (option !== '--help') expect(known).toContain(option);
});

test('the overview explains every exit code, and no other', () => {
  const ofEnds = Object.values(endStatuses).flatMap(({ exitCode }) => exitCode ?? []);
  const explained = [...overview.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(explained).toEqual(
    [...new Set([...Object.values(exitCodes), ...ofEnds])].sort((one, other) => one - other),
  );
});

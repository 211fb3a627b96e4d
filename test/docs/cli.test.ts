import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../src/cli/main';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
const program = createProgram();
const commands = program
  .createHelp()
  .visibleCommands(program)
  .filter((each) => each.name() !== 'help');

test.each(commands.map((command) => command.name()))(
  'the page on the command line has a part on %s',
  (name) => {
    expect(page).toMatch(new RegExp(`^## \`${name}( [A-Z_]+)?\`$`, 'm'));
  },
);

test('the page names no option that does not exist', () => {
  const known = new Set(commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])));
  const lines = page.split('\n').filter((line) => !/temporal (workflow|operator)/.test(line));
  const named = lines.flatMap((line) => line.match(/(?<=[ `])--[a-z][a-z-]+/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  for (const option of named) if (option !== '--help') expect(known).toContain(option);
});

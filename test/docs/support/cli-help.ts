import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../../src/cli/main';

const root = `${join(__dirname, '..', '..', '..')}/`;
const width = 100;

/** What `prism-imports NAME --help` prints, off a terminal, with lines that fit a page; `lab export` is a name too. */
function helpOf(name: string): string {
  let command: Command | undefined = createProgram();
  for (const word of name.split(' ')) command = command?.commands.find((each) => each.name() === word);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  let text = '';
  command.configureOutput({
    writeOut: (written) => (text += written),
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.replaceAll(root, '').split('\n').map(wrapped).join('\n').trim();
}

/** A line of text that commander does not wrap itself, since it was added to its help. */
function wrapped(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const lines = [indent];
  for (const word of line.trim().split(/(?<! ) (?! )/)) {
    const last = lines.at(-1) ?? '';
    if (last.trim() === '') lines[lines.length - 1] = `${last}${word}`;
    else if (last.length + 1 + word.length <= width + 20) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines.join('\n').trimEnd();
}

const block = /^(<!-- help: ([a-z -]+?) -->\n)(?:\n```text\n.*?\n```\n)?/gms;

/** The page with the help of each command where it asks for it. */
export const withHelp = (page: string): string =>
  page.replace(block, (_all, mark: string, name: string) => `${mark}\n\`\`\`text\n${helpOf(name)}\n\`\`\`\n`);

/** The names of the commands whose help the page has. */
export const helpOn = (page: string): string[] => [...page.matchAll(block)].map(([, , name = '']) => name);

/** The page without these parts. */
export const withoutHelp = (page: string): string => page.replace(block, '');

import type { Command, Option } from 'commander';

/** A word that fits, and its description. */
interface Candidate {
  value: string;
  description: string;
}

/** The completions of the word at the cursor. */
export interface Completions {
  candidates: Candidate[];
  /** Whether a file name fits, too. */
  files: boolean;
}

/**
 * Completes a command line, whose last word is the one being typed and may be empty. Knows commands, options, values of
 * options with choices (also in lists), and where files fit.
 */
export function completionsOf(program: Command, words: readonly string[]): Completions {
  const { before, current } = split(words);
  const { command, depth } = commandOf(program, before);
  if (command.commands.length > 0) {
    const named = before.length === depth ? visibleCommands(command) : [];
    return { candidates: startingWith([...named, ...flags(command)], current), files: false };
  }
  const previous = before.at(-1);
  const option = command.options.find(
    (each) => takesValue(each) && (each.long === previous || each.short === previous),
  );
  if (option !== undefined)
    return { candidates: startingWith(valuesOf(option, current), current), files: wantsFile(option.flags) };
  if (current.startsWith('-')) return { candidates: startingWith(flags(command), current), files: false };
  const [argument] = command.registeredArguments;
  const choices = (argument?.argChoices ?? []).map((value) => ({ value, description: '' }));
  return { candidates: startingWith(choices, current), files: argument?.name() === 'file' };
}

/** The command that the words name, and how many of them name it. */
function commandOf(program: Command, words: readonly string[]): { command: Command; depth: number } {
  let command = program;
  let depth = 0;
  for (; depth < words.length; depth++) {
    const next = command.commands.find((each) => each.name() === words[depth]);
    if (next === undefined) break;
    command = next;
  }
  return { command, depth };
}

/** Splits `--name=value`, which bash has already split into `--name`, `=` and `value`. */
function split(words: readonly string[]): { before: string[]; current: string } {
  const plain = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = plain.at(-1) ?? '';
  const before = plain.slice(0, -1);
  if (last === '=') return { before, current: '' };
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  if (name === undefined) return { before, current: last };
  return { before: [...before, name], current: value ?? '' };
}

const takesValue = ({ required, optional }: Option): boolean => required || optional;
const wantsFile = (text: string): boolean => /<file>/.test(text);

const visibleCommands = (program: Command): Candidate[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((each) => ({ value: each.name(), description: short(each.description()) }));

const flags = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short: letter, description }) => ({
      value: long ?? letter ?? '',
      description: short(description),
    }));

/** Maximum length of a description: shells show it beside the word, on one line. */
const maxDescription = 60;

/** The informative beginning of a description. */
function short(description: string): string {
  const [main = ''] = description.split(/[;:(]| \u2013 /, 1);
  const words = main.trim();
  if (words.length <= maxDescription) return words;
  const head = words.slice(0, words.lastIndexOf(' ', maxDescription));
  const comma = head.lastIndexOf(',');
  return (comma > 0 ? head.slice(0, comma) : head).replace(
    /(?: (?:and|or|until|with|of|to|in|its?|the|one|this))+$/,
    '',
  );
}

/** The possible values of an option; for a list, of its last item. */
function valuesOf({ argChoices, flags: form, description }: Option, current: string): Candidate[] {
  const listed = /,\.\.\.[>\]]/.test(form) ? (/: (.+)$/.exec(description)?.[1]?.split(', ') ?? []) : [];
  const prefix = listed.length > 0 ? current.slice(0, current.lastIndexOf(',') + 1) : '';
  return [...(argChoices ?? []), ...listed].map((value) => ({ value: prefix + value, description: '' }));
}

const startingWith = (candidates: readonly Candidate[], current: string): Candidate[] =>
  candidates.filter(({ value }) => value.startsWith(current));

import { Argument, Command } from 'commander';
import { completionsOf } from '../completion/candidates';
import { print } from '../terminal/output';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof shells)[number];

const name = 'prism-imports';

/** `prism-imports completion SHELL` */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print a shell completion script for commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      `
To install it:
  bash        ${name} completion bash >> ~/.bashrc
  zsh         ${name} completion zsh >> ~/.zshrc (after compinit)
  fish        ${name} completion fish > ~/.config/fish/completions/${name}.fish
  powershell  ${name} completion powershell >> $PROFILE`,
    )
    .action(async (shell: Shell) => {
      if (shell === 'bash') return print(bashScript);
      const { script } = await import('@bomb.sh/tab');
      script(shell, name, name);
    });
}

/**
 * The command that the scripts call with the words typed so far. Prints a candidate per line, with a tab and its
 * description if it has one, then a directive for the shell.
 */
export function completeCommand(): Command {
  return new Command('complete')
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: string[], _flags: unknown, command: Command) => {
      const { candidates, files } = completionsOf(command.parent ?? command, words);
      for (const { value, description } of candidates)
        print(description === '' ? value : `${value}\t${description}`);
      print(`:${files ? directives.files : directives.noFiles}`);
    });
}

/** The directives that the scripts of @bomb.sh/tab understand, from cobra's "shell completion directives". */
const directives = { files: 0, noFiles: 4 } as const;

/** Replaces the library's script, which needs the package bash-completion and never offers files (0.0.22). */
const bashScript = `# bash completion for ${name}
_prism_imports() {
    local IFS=$'\\n'
    COMPREPLY=($(${name} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | sed -e '/^:/d' -e 's/\\t.*//'))
}
complete -o default -F _prism_imports ${name}`;

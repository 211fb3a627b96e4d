#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { withDocsLinks } from '../config/host/docs-links';
import { quietSdkNotices } from '../config/host/sdk-notices';
import { cleanCommand } from './commands/clean';
import { budgetCommand } from './commands/budget';
import { codecServerCommand } from './commands/codec-server';
import { completeCommand, completionCommand } from './commands/completion';
import { describeCommand } from './commands/describe';
import { devCommand } from './commands/dev';
import { doctorCommand } from './commands/doctor';
import { emulatorCommand } from './commands/emulator';
import { examples } from './commands/examples';
import { neutralText } from '../core/details/neutral';
import { exitCodes } from './exit-codes';
import { importCommand } from './commands/import';
import { labCommand } from './commands/lab';
import { listCommand } from './commands/list';
import { suggestCommand } from './commands/suggest-command';
import { printToStderr } from './terminal/output';
import { watchOutput } from './terminal/unwritten';
import { rehearseCommand } from './commands/rehearse';
import { resultsCommand } from './commands/results';
import { setupCommand } from './commands/setup';
import { trackCommand } from './commands/track';
import { workerCommand } from './commands/worker';

const exitCodeHelp = `
Exit codes: 0 complete, no row failed; 1 error; 2 usage; 3 the import failed; 4 some rows failed or are unknown; 5 expired or lost; 6 timed out; 130 interrupted.
A dry run exits as the import would: 4 if some rows cannot be sent, 3 if none can.
Settings are environment variables: MICRO_*, TEMPORAL_*, PRISM_*; see docs/configuration.md.`;

function packageVersion(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The command line's parser. */
export function createProgram(): Command {
  const program = new Command('prism-imports')
    .description('Tracks Micro Prism bulk imports to their end, in durable Temporal workflows.')
    .version(packageVersion())
    .addHelpText('after', withDocsLinks(exitCodeHelp));
  const commands = [
    devCommand,
    workerCommand,
    emulatorCommand,
    rehearseCommand,
    setupCommand,
    doctorCommand,
    importCommand,
    trackCommand,
    listCommand,
    describeCommand,
    resultsCommand,
    cleanCommand,
    codecServerCommand,
    completionCommand,
    labCommand,
    budgetCommand,
  ];
  for (const command of commands) program.addCommand(command());
  program.addCommand(completeCommand(), { hidden: true });
  // commander suggests by letters only: for `status` that was `setup`.
  program.on('command:*', ([word = '']: string[]) => {
    const suggested = suggestCommand(
      word,
      program.commands.map((command) => command.name()),
    );
    const hint = suggested === null ? '' : `\n(Did you mean ${suggested}?)`;
    program.error(`error: unknown command '${word}'${hint}`, { code: 'commander.unknownCommand' });
  });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands: nested }) => nested),
  ]) {
    const example = examples[command.name()];
    if (example !== undefined) command.addHelpText('after', `\nExample:\n  ${example}`);
    command
      .exitOverride()
      .showHelpAfterError('Try --help.')
      .configureOutput({ outputError: (message, write) => write(neutralText(message)) });
  }
  return program;
}

async function runProgram(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return Number(process.exitCode ?? exitCodes.complete);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.complete : exitCodes.usage;
    const { explain } = await import('./errors.js');
    const { message, exitCode } = explain(error);
    printToStderr(message);
    return exitCode;
  }
}

if (require.main === module) {
  quietSdkNotices();
  const codeOfOutput = watchOutput();
  void runProgram().then((code) => {
    // An abandoned call may be waiting for a retry, and would keep the process alive. The callback of an empty write
    // runs when all output is flushed; a write error is reported after that.
    process.stdout.write('', () => setImmediate(() => process.exit(codeOfOutput(code))));
  });
}

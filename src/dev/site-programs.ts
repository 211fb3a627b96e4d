import { writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/config';
import { shellWord } from '../temporal/shell-word';

/** Scripts of a demonstration that know its addresses, whatever is set in the shell that starts them. */
export interface SitePrograms {
  /** Path of our command line. */
  prismImports: string;
  /** Path of Temporal's command line. */
  temporal: string;
}

const words = (parts: readonly string[]): string => parts.map(shellWord).join(' ');
const cli = join(__dirname, '..', 'cli', 'main.js');
/** Settings that could lead to a real workspace, cluster or codec. */
const forgetSettings =
  'for name in $(env | sed -n \'s/^\\(\\(MICRO\\|PRISM\\|TEMPORAL\\)_[A-Z0-9_]*\\)=.*/\\1/p\'); do unset "$name"; done';

/**
 * Writes two executable scripts for `sh` into the folder of a demonstration, so that a line like `FOLDER/prism-imports
 * list` works unchanged in any other terminal.
 * @param environment - the environment variables that describe the demonstration to the programs
 */
export async function writeSitePrograms(
  folder: string,
  environment: Environment,
  temporalExecutable: string,
): Promise<SitePrograms> {
  const settings = Object.entries({ ...environment, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' });
  const exported = settings.map(([name, value = '']) => `export ${name}=${shellWord(value)}`);
  const write = async (name: string, command: readonly string[], flags: readonly string[] = []) => {
    const file = join(folder, name);
    const lines = ['#!/bin/sh', forgetSettings, ...exported, `exec ${words(command)} "$@" ${words(flags)}`];
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o700 });
    return file;
  };
  return {
    prismImports: await write('prism-imports', [process.execPath, cli]),
    // No variable makes Temporal's command line ignore the settings in the user's home folder.
    temporal: await write('temporal', [temporalExecutable], ['--env-file', devNull]),
  };
}

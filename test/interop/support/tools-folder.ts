import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { loadToolSettings } from '../../../src/config/config';
import { fillCacheFolder } from '../../../src/dev/cache-folder';
import { runCommand, type CommandResult } from '../../../src/dev/run-command';

/** A folder of the lasting cache for one version of one tool of the interop tests. */
export function toolFolder(tool: string, version: string): string {
  return join(loadToolSettings().cacheDirectory, 'tools', tool, version);
}

/** What to install, and what to say before. */
export interface Installation {
  /** The tool as people call it, with its version. */
  name: string;
  /** What it costs, such as `30 MB, about a minute`. */
  cost: string;
  /** Path that is there when the tool is installed. */
  product: string;
  folder: string;
  /** Fills an empty folder; rejects with what was tried and seen. */
  install: (workingFolder: string) => Promise<void>;
}

/**
 * Installs a tool unless it is there, and returns the path of its product. Says beforehand what it will do and cost; an
 * interrupted installation leaves nothing that looks finished. Rejects with what was tried, seen, and what to do.
 */
export async function installOnce({ name, cost, product, folder, install }: Installation): Promise<string> {
  if (await isThere(product)) return product;
  announce(`Installing ${name} into ${folder} (${cost}), once …`);
  await fillCacheFolder(folder, install);
  if (!(await isThere(product))) {
    throw new Error(
      `Installed ${name} into ${folder}, but ${product} is not there. Remove that folder and try again.`,
    );
  }
  announce(`Installed ${name}.`);
  return product;
}

/** Says on standard error what is going on, past jest's capture of the console. */
export function announce(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Path of the first of these programs on PATH, or null. */
export async function findOnPath(programs: string[]): Promise<string | null> {
  for (const program of programs) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, program);
      if (await isThere(path, constants.X_OK)) return path;
    }
  }
  return null;
}

/** Whether the path is there (and may be used in that mode). */
export const isThere = (path: string, mode = constants.F_OK): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** Runs one step of an installation, at most 15 minutes. Rejects with the command, what was seen, and the advice. */
export async function installStep(
  program: string,
  parameters: string[],
  { advice, environment = {} }: { advice: string; environment?: Record<string, string> },
): Promise<CommandResult> {
  const result = await runCommand(program, parameters, {
    environment: { ...process.env, ...environment },
    limitMs: 15 * 60_000,
    onTick: (elapsedMs) => announce(`  still at it after ${Math.round(elapsedMs / 1000)} s: ${program} …`),
    tickMs: 30_000,
  });
  if (!result.ok) {
    throw new Error(`Tried \`${[program, ...parameters].join(' ')}\`; ${result.seen}. ${advice}`);
  }
  return result;
}

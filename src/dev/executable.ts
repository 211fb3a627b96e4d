import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolSettings } from '../config/config';
import { fillCacheFolder } from './cache-folder';

/** A server's executable, in the form that `@temporalio/testing` takes. */
export interface Executable {
  type: 'existing-path';
  path: string;
}

/** One way to obtain an executable: returns its path, or throws an error that says what happened. */
interface ExecutableSource {
  name: string;
  find: () => Promise<string>;
}

/** The executable to obtain, its sources, and the remedies if all of them fail. */
export interface Wanted {
  what: string;
  /** The environment variable that names it. */
  variable: string;
  /** The value of the variable, or null. */
  given: string | null;
  sources: ExecutableSource[];
  remedies: string[];
}

/**
 * Returns the executable that the variable names, or that of the first source that works. If none does, throws an error
 * that lists what was tried, and the remedies. Throws at once if the variable names no executable file.
 */
export async function obtainExecutable({
  what,
  variable,
  given,
  sources,
  remedies,
}: Wanted): Promise<Executable> {
  if (given !== null) {
    const path = await executableFile(given).catch((error: Error) => {
      throw new Error(
        `${variable}: saw ${JSON.stringify(given)} (${error.message}), expected the path of an executable file`,
      );
    });
    return { type: 'existing-path', path };
  }
  const tried = [`${variable}: not set`];
  for (const { name, find } of sources) {
    try {
      return { type: 'existing-path', path: await find() };
    } catch (error) {
      tried.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    [`Could not obtain ${what}. Tried:`, ...tried.map(item), 'Do one of these:', ...remedies.map(item)].join(
      '\n',
    ),
  );
}

const item = (text: string): string => `  - ${text}`;

/**
 * A file in the cache. Its folder is named after version and platform, because home folders are shared between machines
 * and versions change.
 */
export function cachedFile(settings: ToolSettings, tool: string, version: string, name: string) {
  const folder = join(settings.cacheDirectory, `${tool}-${version}-${process.platform}-${process.arch}`);
  const path = join(folder, name);
  return {
    name,
    folder,
    path,
    async fill(how: (folder: string) => Promise<void>): Promise<string> {
      await fillCacheFolder(folder, how);
      return executableFile(path);
    },
  };
}

/** Returns the path if it is an executable file; otherwise throws an error that says what it is. */
export async function executableFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Error('nothing is there');
  if (!found.isFile()) throw new Error('not a file');
  await access(path, constants.X_OK).catch(() => {
    throw new Error('not executable');
  });
  return path;
}

import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../../src/config/config';
import { installStep } from './tools-folder';

const run = promisify(execFile);

/** A Maven project that has been built. */
export interface JavaProject {
  /** Its classes and those of its dependencies. */
  classPath: string;
  /** Runs a class, or a file with one, and gives its standard output. Rejects when it fails or takes over 5 minutes. */
  run(program: string, parameters: readonly string[], environment?: Environment): Promise<string>;
}

/**
 * Compiles the Maven project in a folder, into its `target`, unless its classes are newer than all its files. Rejects
 * with what Maven said when it cannot.
 */
export async function javaProject(folder: string): Promise<JavaProject> {
  const target = join(folder, 'target');
  // Written last.
  const file = join(target, 'class-path');
  if (!(await isNewest(file))) {
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${file}`];
    await installStep('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), ...goals], {
      advice: 'Install Java 17 and Maven (`java` and `mvn` on PATH), with access to its repository.',
    });
  }
  const classPath = `${join(target, 'classes')}:${(await readFile(file, 'utf8')).trim()}`;
  return {
    classPath,
    async run(program, parameters, environment = process.env) {
      const { stdout } = await run('java', [...quick, '-cp', classPath, program, ...parameters], {
        env: environment,
        timeout: 300_000,
        killSignal: 'SIGKILL',
      });
      return stdout;
    },
  };
}

/** Whether a file of a project is there and newer than its description and sources. */
async function isNewest(file: string): Promise<boolean> {
  const made = await stat(file).catch(() => null);
  if (made === null) return false;
  const project = dirname(dirname(file));
  const sources = await readdir(join(project, 'src'), { recursive: true }).catch(() => []);
  const files = ['pom.xml', ...sources.map((name) => join('src', name))];
  const times = await Promise.all(files.map(async (name) => (await stat(join(project, name))).mtimeMs));
  return times.every((time) => time < made.mtimeMs);
}

/** A program of seconds gains nothing from the optimizing compiler. */
const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

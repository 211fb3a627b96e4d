import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../../src/config/config';
import { installStep } from './tools-folder';

const run = promisify(execFile);

/** A Maven project that has been built. */
export interface JavaProject {
  /** Its classes and those of its dependencies. */
  classPath: string;
  /** Runs a class, or a file with one, and gives its standard output. Rejects when it fails or takes over 2 minutes. */
  run(program: string, parameters: readonly string[], environment?: Environment): Promise<string>;
}

/** Compiles the Maven project in a folder, into its `target`. Rejects with what Maven said when it cannot. */
export async function javaProject(folder: string): Promise<JavaProject> {
  const working = await mkdtemp(join(tmpdir(), 'java-project-'));
  try {
    const file = join(working, 'class-path');
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${file}`];
    await installStep('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), ...goals], {
      advice: 'Install Java 17 and Maven (`java` and `mvn` on PATH), with access to its repository.',
    });
    const classPath = `${join(folder, 'target', 'classes')}:${(await readFile(file, 'utf8')).trim()}`;
    return {
      classPath,
      async run(program, parameters, environment = process.env) {
        const { stdout } = await run('java', [...quick, '-cp', classPath, program, ...parameters], {
          env: environment,
          timeout: 120_000,
          killSignal: 'SIGKILL',
        });
        return stdout;
      },
    };
  } finally {
    await rm(working, { recursive: true });
  }
}

/** A program of seconds gains nothing from the optimizing compiler. */
const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

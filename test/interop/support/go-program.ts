import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import type { Environment } from '../../../src/config/config';
import { installStep } from './tools-folder';

/** A program of this repository in Go, built. */
export interface GoProgram {
  /** What it prints; rejects with what it says on standard error when it ends with another code than 0. */
  run(parameters: string[], environment: Environment): Promise<string>;
  /** Removes it. */
  close(): Promise<void>;
}

/** Builds the program of a folder. Rejects, with what to install, when there is no Go or a module cannot be had. */
export async function goProgram(source: string): Promise<GoProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'go-program-'));
  const executable = join(folder, 'program');
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    await installStep('go', ['build', '-C', source, '-o', executable, '.'], {
      advice: 'Install Go 1.26 or later (`go` on PATH, with access to its module proxy).',
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async run(parameters, environment) {
      const options = { env: environment, timeout: 300_000 };
      return (await promisify(execFile)(executable, parameters, options)).stdout;
    },
  };
}

import { printToStderr } from './output';
import { exitCodes } from '../exit-codes';

/**
 * Watches whether standard output takes all that is printed; call it first thing. What is returned gives the exit code
 * of a command that would end with `code`: 1 instead, and a line that says why, when something could not be written,
 * as on a full disk. A reader who has gone (`| head`) is no error: what was started must be ended properly all the
 * same.
 */
export function watchOutput(): (code: number) => number {
  let problem: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') problem ??= error;
  });
  process.stderr.on('error', () => undefined);
  return (code) => {
    if (problem === null) return code;
    printToStderr(`The output could not be written in full: ${problem.message}`);
    return exitCodes.error;
  };
}

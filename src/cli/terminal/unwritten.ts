import { printToStderr } from './output';
import { exitCodes } from '../exit-codes';

/**
 * Watches whether standard output accepts everything that is printed; call it first. The returned function maps a
 * command's exit code `code` to the final one. If something could not be written, for instance on a full disk, that is
 * 1, and a line on standard error says why. A reader that closes the pipe (`| head`) is no error, because the command
 * must still end properly.
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

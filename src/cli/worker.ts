import { Command } from 'commander';
import { main } from '../worker';

/** `prism-imports worker` */
export function workerCommand(): Command {
  return new Command('worker')
    .description('serve workflows and activities until SIGTERM or Ctrl-C; logs JSON lines on standard error')
    .action(async () => {
      process.exitCode = await main();
    });
}

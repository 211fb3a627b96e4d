import { Command } from 'commander';

/** `prism-imports worker` */
export function workerCommand(): Command {
  return new Command('worker')
    .description('serve workflows and activities until SIGTERM or Ctrl-C; logs JSON lines on standard error')
    .action(async () => {
      const { main } = await import('../../worker.js');
      process.exitCode = await main();
    });
}

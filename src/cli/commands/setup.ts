import { Command } from 'commander';
import { jsonOption } from '../options';
import type { SetupFlags } from '../setup';

/** `prism-imports setup` */
export function setupCommand(): Command {
  return new Command('setup')
    .description('register the search attributes in the namespace and wait until they work; safe to repeat')
    .option(
      '--nexus-endpoint <name>',
      'also create a Nexus endpoint to the workers, for callers in other namespaces',
    )
    .addOption(jsonOption())
    .action(async (flags: SetupFlags) => {
      const { runSetup } = await import('../setup.js');
      await runSetup(flags);
    });
}

import { Command } from 'commander';
import { loadConfig } from '../config/config';
import { connectClient } from '../temporal/connection';
import { registerSearchAttributes, retentionWarning } from '../temporal/search-attributes';
import { jsonOption } from './options';
import { print, printAside, printJson } from './terminal/output';

/** `prism-imports setup` */
export function setupCommand(): Command {
  return new Command('setup')
    .description('register the search attributes in the namespace and wait until they work; safe to repeat')
    .addOption(jsonOption())
    .action(async ({ json }: { json: boolean }) => {
      const { temporal } = loadConfig();
      const { address, namespace } = temporal;
      const client = await connectClient(temporal);
      try {
        const { added, present } = await registerSearchAttributes(client, address);
        const warning = await retentionWarning(client, address);
        if (json) printJson({ address, namespace, added, present, warning });
        else {
          print(`Namespace ${namespace} at ${address} is ready.`);
          print(
            `Search attributes added: ${added.join(', ') || 'none'}; there before: ${present.join(', ') || 'none'}.`,
          );
        }
        if (warning !== null) printAside(`Warning: ${warning}`);
      } finally {
        await client.connection.close();
      }
    });
}

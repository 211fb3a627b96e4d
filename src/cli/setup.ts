import { loadConfig } from '../config/config';
import { connectClient } from '../temporal/connection';
import { registerSearchAttributes, retentionWarning } from '../temporal/search-attributes';
import { print, printToStderr, printJson } from './terminal/output';

/** What the command line says of `setup`. */
export interface SetupFlags {
  json: boolean;
}

/** `prism-imports setup` */
export async function runSetup({ json }: SetupFlags): Promise<void> {
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
    if (warning !== null) printToStderr(`Warning: ${warning}`);
  } finally {
    await client.connection.close();
  }
}

import type { Client } from '@temporalio/client';
import { loadConfig } from '../config/config';
import { neutralLine } from '../core/details/neutral';
import { connectClient } from '../temporal/connection';
import { idRoom, idRoomProblem } from '../temporal/id-room';
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
    const warnings = [await retentionWarning(client, address), await idWarning(client)].filter(
      (each) => each !== null,
    );
    const warning = warnings.length === 0 ? null : warnings.join(' ');
    if (json) printJson({ address, namespace, added, present, warning });
    else {
      print(`Namespace ${namespace} at ${address} is ready.`);
      print(
        `Search attributes added: ${added.join(', ') || 'none'}; there before: ${present.join(', ') || 'none'}.`,
      );
    }
    for (const each of warnings) printToStderr(neutralLine(`Warning: ${each}`));
  } finally {
    await client.connection.close();
  }
}

/** What the server refuses of ids that we may make, or null. */
async function idWarning(client: Client): Promise<string | null> {
  const found = idRoomProblem(await idRoom(client));
  return found === null ? null : `Workflow ids: ${found.seen}. ${found.fix}`;
}

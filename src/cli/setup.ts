import type { Client } from '@temporalio/client';
import { loadConfig } from '../config/config';
import { neutralLine } from '../core/details/neutral';
import { connectClient } from '../temporal/connection';
import { endpointNameForm, makeEndpoint } from '../temporal/nexus-endpoints';
import { cleaningScheduleId, scheduleCleaning } from '../temporal/cleaning/cleaning-schedule';
import { idRoom, idRoomProblem } from '../temporal/id-room';
import { registerSearchAttributes, retentionWarning } from '../temporal/search-attributes';
import { CommandError } from './command-error';
import { exitCodes } from './exit-codes';
import { print, printToStderr, printJson } from './terminal/output';

/** Options of `setup`. */
export interface SetupFlags {
  /** Name of a Nexus endpoint to create. */
  nexusEndpoint?: string;
  json: boolean;
}

/** `prism-imports setup` */
export async function runSetup({ nexusEndpoint, json }: SetupFlags): Promise<void> {
  requireEndpointName(nexusEndpoint);
  const { temporal, taskQueue, keepStoredMs } = loadConfig();
  const { address, namespace } = temporal;
  const client = await connectClient(temporal);
  try {
    const { added, present } = await registerSearchAttributes(client, address);
    const nexus =
      nexusEndpoint === undefined ? null : { name: nexusEndpoint, target: { namespace, taskQueue } };
    const isNew = nexus !== null && (await makeEndpoint(client, { ...nexus, address }));
    const isScheduled = keepStoredMs !== null && (await scheduleCleaning(client, taskQueue));
    const schedule = keepStoredMs === null ? null : { id: cleaningScheduleId(taskQueue), isNew: isScheduled };
    const warnings = [await retentionWarning(client, address), await idWarning(client)].filter(
      (each) => each !== null,
    );
    const warning = warnings.length === 0 ? null : warnings.join(' ');
    if (json)
      printJson({
        ...{ address, namespace, added, present, warning },
        ...(nexus && { nexusEndpoint: { ...nexus, isNew } }),
        ...(schedule && { cleaningSchedule: schedule }),
      });
    else {
      print(`Namespace ${namespace} at ${address} is ready.`);
      print(
        `Search attributes added: ${added.join(', ') || 'none'}; there before: ${present.join(', ') || 'none'}.`,
      );
      if (nexus !== null)
        print(
          `Nexus endpoint ${nexus.name} ${isNew ? 'made' : 'there before'}: it leads to the task queue ${taskQueue}.`,
        );
      if (schedule !== null)
        print(
          `Schedule ${schedule.id} ${schedule.isNew ? 'made' : 'there before'}: it cleans the storage every night.`,
        );
    }
    for (const each of warnings) printToStderr(neutralLine(`Warning: ${each}`));
  } finally {
    await client.connection.close();
  }
}

function requireEndpointName(name: string | undefined): void {
  if (name === undefined || endpointNameForm.test(name)) return;
  const accepted = 'letters, digits and -, a letter first and no - at the end, at most 200 of them';
  const message = `--nexus-endpoint: saw ${JSON.stringify(name)}, expected ${accepted}`;
  throw new CommandError(message, exitCodes.usage);
}

/** A warning if the server refuses ids that we may generate, or null. */
async function idWarning(client: Client): Promise<string | null> {
  const found = idRoomProblem(await idRoom(client));
  return found === null ? null : `Workflow ids: ${found.seen}. ${found.fix}`;
}

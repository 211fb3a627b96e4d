import type { Client } from '@temporalio/client';
import { openImports } from '../../temporal/listing/open-imports';
import type { ListedImport } from '../../temporal/listing/listing';
import { rootMessage } from '../../temporal/problem';
import { withProgress } from '../terminal/with-progress';
import { pollsWanted, type OpenImport } from './polls-wanted';
import type { WantedPolls } from './requests-text';

/**
 * How many polls the open imports of a task queue still need, from the index and from answers of trackers that were
 * queried. Returns the reason if the index cannot be read.
 */
export async function wantedPolls(
  client: Client,
  taskQueue: string,
  asked: readonly ListedImport[] = [],
): Promise<WantedPolls> {
  try {
    const { rows, more } = await withProgress('counting the polls of open imports', (update) =>
      openImports(client, taskQueue, (count) =>
        update(`counting the polls of open imports, ${count} imports so far`),
      ),
    );
    const known = new Map<string, OpenImport>(asked.map((row) => [row.runId, row]));
    const refined = rows.map((row) => known.get(row.runId) ?? row);
    return { ...pollsWanted(refined, Date.now()), more };
  } catch (error) {
    return { unknown: rootMessage(error) };
  }
}

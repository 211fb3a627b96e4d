import type { Client } from '@temporalio/client';
import { defaultTaskQueue, trackerWorkflowId } from '../core/ids';
import type { PublicTrackImportInput } from '../core/tracker/public-input';
import type { ListedStatus } from '../temporal/listing/listing';
import { listImports, type ImportList } from '../temporal/listing/list-imports';
import { startOrAttachTracker } from '../temporal/trackers';
import { handleOf, type ImportHandle } from './import-handle';

/** Options of {@link createImports}. */
export interface ImportsOptions {
  /** The task queue of the prism-imports workers; default `prism-imports`. */
  taskQueue?: string | undefined;
}

/** A tracked import, and whether its tracker was already running. */
export interface TrackedImport extends ImportHandle {
  /** Whether a tracker was already running; it keeps the input that it was started with. */
  readonly isAttached: boolean;
}

/** Which imports to list; a field that is left out does not narrow the list. */
export interface ImportFilter {
  teamId?: string | undefined;
  /** `processing`, final statuses and `terminated`. */
  statuses?: readonly ListedStatus[] | undefined;
  /** Only imports whose tracker started before or after these times. */
  startedBefore?: Date | undefined;
  startedAfter?: Date | undefined;
  /** Maximum number of imports; default 100. */
  limit?: number | undefined;
}

/** The imports that a Temporal namespace tracks, for programs that are not workflows. */
export interface Imports {
  /**
   * Starts a tracker, or attaches to the running one: the same import always has the same workflow id. Once that
   * tracker has closed, a new one starts.
   */
  track(input: PublicTrackImportInput): Promise<TrackedImport>;
  /**
   * The handle of an import that {@link Imports.track} or `prism-imports track` tracks, or, by workflow id, of one that
   * a parent workflow tracks. Sends no request.
   */
  get(target: { teamId: string; jobId: string } | { workflowId: string }): ImportHandle;
  /** Lists imports: running ones first, soonest to expire at the top; then ended ones, latest first. */
  list(filter?: ImportFilter): Promise<ImportList>;
}

/**
 * Tracks imports through a Temporal client: start or attach, wait for the end, query, signal, list, read results. The
 * caller keeps and closes the connection.
 *
 * @example
 *   import { Client, Connection } from '@temporalio/client';
 *   import { createImports } from 'prism-imports';
 *
 *   const imports = createImports(new Client({ connection: await Connection.connect() }));
 *   const tracked = await imports.track({ teamId, jobId });
 *   const outcome = await tracked.wait();
 */
export function createImports(
  client: Client,
  { taskQueue = defaultTaskQueue }: ImportsOptions = {},
): Imports {
  return {
    async track(input) {
      const tracker = await startOrAttachTracker(client, taskQueue, input);
      return { ...handleOf(client, tracker), isAttached: tracker.isAttached };
    },
    get(target) {
      const id = 'workflowId' in target ? target.workflowId : trackerWorkflowId(target.teamId, target.jobId);
      return handleOf(client, client.workflow.getHandle(id));
    },
    list({ teamId, statuses, startedBefore, startedAfter, limit = 100 } = {}) {
      const filter = {
        teamId: teamId ?? null,
        statuses: statuses ?? null,
        startedBefore: startedBefore?.toISOString() ?? null,
        startedAfter: startedAfter?.toISOString() ?? null,
      };
      return listImports(client, 'trackImport', filter, limit);
    },
  };
}

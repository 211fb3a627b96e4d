import type { Client } from '@temporalio/client';
import { defaultTaskQueue, trackerWorkflowId } from '../core/ids';
import type { PublicTrackImportInput } from '../core/tracker/public-input';
import type { ListedStatus } from '../temporal/listing/listing';
import { listImports, type ImportList } from '../temporal/listing/list-imports';
import { startOrAttachTracker } from '../temporal/trackers';
import { handleOf, type ImportHandle } from './import-handle';

/** Options of {@link createImports}. */
export interface ImportsOptions {
  /** The task queue of the workers of prism-imports; default `prism-imports`. */
  taskQueue?: string | undefined;
}

/** An import that is followed, and whether it was followed before. */
export interface TrackedImport extends ImportHandle {
  /** Whether a tracker was running already; it goes on with the input that it was started with. */
  readonly isAttached: boolean;
}

/** Which imports to list; what is left out does not narrow the list. */
export interface ImportFilter {
  teamId?: string | undefined;
  /** `processing`, the statuses of ends, and `terminated`. */
  statuses?: readonly ListedStatus[] | undefined;
  /** Only those whose tracker started before or after these times. */
  startedBefore?: Date | undefined;
  startedAfter?: Date | undefined;
  /** Most imports to list; default 100. */
  limit?: number | undefined;
}

/** The imports that a namespace of Temporal follows, for programs that are no workflows. */
export interface Imports {
  /**
   * Starts following an import, or attaches to the tracker that follows it already: the same import always has the same
   * workflow id. After that tracker's end a new one starts.
   */
  track(input: PublicTrackImportInput): Promise<TrackedImport>;
  /**
   * An import that {@link Imports.track} or `prism-imports track` follows, or by its workflow id one that a parent
   * follows. Asks the server nothing.
   */
  get(target: { teamId: string; jobId: string } | { workflowId: string }): ImportHandle;
  /** Lists what is followed, first what the API forgets first, then what ended, latest first. */
  list(filter?: ImportFilter): Promise<ImportList>;
}

/**
 * Follows imports by a client of Temporal: start or attach, wait for the end, ask, signal, list, read results. The
 * connection stays the caller's.
 *
 * @example
 *   const imports = createImports(new Client({ connection: await Connection.connect() }));
 *   const followed = await imports.track({ teamId, jobId });
 *   const outcome = await followed.wait();
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

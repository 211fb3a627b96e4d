import { createHash } from 'node:crypto';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { PlanImportInput, PlannedImport } from '../core/pipeline/plan';
import type {
  SettleBatchInput,
  SettledBatch,
  WriteReportInput,
  WrittenReport,
} from '../core/pipeline/settle-batch';
import { heartbeating } from './heartbeating';
import { invalidInput, toFileFailure } from './to-failure';
import { settleRows } from '../report/settle-rows';
import { Report } from '../report/write-report';
import type { BatchReader, PlanSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/**
 * What the file and report activities stand on. `store` is null when `PRISM_STORAGE` is not set: then all refuse with
 * `InvalidInput`.
 */
export interface FilePorts {
  store: ObjectStore | null;
  batches: BatchReader;
  plan: PlanSource;
}

/**
 * The activities of a pipeline that read its source and write its report. All can be repeated: they read the same bytes
 * and replace what they wrote. They fail with `InvalidInput` (no storage; at planning, a source that cannot be used),
 * `SourceInvalid` (the source is gone or has changed since), or `StorageUnavailable`, the only one of these that is
 * worth another try.
 */
export const createFileActivities = ({ store, batches, plan }: FilePorts) => ({
  /** Cuts the source into batches. */
  async planImport({ source, batchSize, firstExecutionRunId }: PlanImportInput): Promise<PlannedImport> {
    requireStore(store);
    const launchKey = hashIdentity(firstExecutionRunId);
    const options = { batchSize, folder: folderOf(launchKey), onProgress: stopIfCancelled };
    try {
      return { ...(await heartbeating(() => plan(source, options))), launchKey };
    } catch (error) {
      stopIfCancelled();
      throw toFileFailure(error, 'InvalidInput');
    }
  },

  /** Joins the rows of a batch with their results, and keeps how each of them ended. */
  async settleBatch(input: SettleBatchInput): Promise<SettledBatch> {
    const held = requireStore(store);
    return guarded(() => settleRows(held, batches, folderOf(input.launchKey), input));
  },

  /**
   * Writes one line for every input row, in the order of the input, and a file of the failed rows as they stood in the
   * source.
   */
  async writeReport(input: WriteReportInput): Promise<WrittenReport> {
    const report = new Report(
      requireStore(store),
      batches,
      folderOf(input.launchKey),
      input,
      stopIfCancelled,
    );
    return guarded(() => report.write());
  },
});

/** What {@link createFileActivities} makes. */
export type FileActivities = ReturnType<typeof createFileActivities>;

/** Where everything of one pipeline is kept, whichever of its runs asks. */
const folderOf = (launchKey: string): string => `pipelines/${launchKey}`;

async function guarded<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await heartbeating(task);
  } catch (error) {
    stopIfCancelled();
    throw toFileFailure(error);
  }
}

const stopIfCancelled = (): void => cancellationSignal().throwIfAborted();

function requireStore(store: ObjectStore | null): ObjectStore {
  if (store !== null) return store;
  const message =
    'PRISM_STORAGE: saw nothing, expected file:DIR or s3://bucket/prefix: a pipeline keeps its results and its report there';
  throw invalidInput(message);
}

/**
 * What tells one pipeline from every other: its namespace, workflow id and first run, as a hash, since it leaves the
 * house in a header.
 */
function hashIdentity(firstExecutionRunId: string): string {
  const { namespace, workflowExecution: execution } = activityInfo();
  if (execution === undefined) throw invalidInput('only a workflow can ask for this');
  const identity = [namespace, execution.workflowId, firstExecutionRunId];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

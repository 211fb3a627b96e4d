import { cancellationSignal } from '@temporalio/activity';
import type { PlanImportInput, PlannedImport } from '../core/pipeline/plan';
import type {
  SettleBatchInput,
  SettledBatch,
  SettleSelectedRowsInput,
  SettleWithoutSourceInput,
  WriteReportInput,
  WriteReportWithoutSourceInput,
  WrittenReport,
} from '../core/pipeline/settle-batch';
import { NoTurn, withAttempts } from './attempts';
import { folderOf, launchKeyOf } from './launch/launch-key';
import { MemoryBudget, type Lease } from './memory-budget';
import type { RequireOwn } from './require-own';
import { invalidInput, toFileFailure } from './to-failure';
import { settleRows, settleWithoutSource, type WithMemory } from '../report/settle-rows';
import { writeReportOnce } from '../report/uploaded-source';
import { Report } from '../report/write-report';
import type { BatchReader, PlanSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** Memory of a plan being made: blocks of the file, rows of the largest size, parts of a copy. */
const planMemory = 16 * 1024 * 1024;
/** Of all that a worker makes at once. They share one thread, so that more would be no faster. */
const plansMemory = 8 * planMemory;
/** Of the results of all batches that a worker settles at once; the largest batch has it alone. */
const resultsMemory = 64 * 1024 * 1024;
/** How long a plan waits for its turn: it holds a slot of the worker meanwhile. */
const turnWaitMs = 30_000;
/** Most plans that wait at once, so that batches and reports have slots beside any number of plans. */
const maxWaiting = 16;

/** Has few enough plans made at once; others wait a while. */
export class Turns {
  private waiting = 0;

  constructor(
    private readonly memory: MemoryBudget,
    private readonly waitMs = turnWaitMs,
  ) {}

  /** Runs a plan in its turn; throws {@link NoTurn} when that does not come. */
  async take<T>(task: () => Promise<T>): Promise<T> {
    const lease = await this.wait();
    try {
      stopIfCancelled();
      if (lease === null) throw new NoTurn('Waiting for its turn: other files are being planned');
      return await task();
    } finally {
      lease?.release();
    }
  }

  private async wait(): Promise<Lease | null> {
    const waitMs = this.waiting < maxWaiting ? this.waitMs : 0;
    this.waiting += 1;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), waitMs);
    try {
      return await this.memory.lease(planMemory, AbortSignal.any([cancellationSignal(), late.signal]));
    } finally {
      this.waiting -= 1;
      clearTimeout(timer);
    }
  }
}

/**
 * What the file and report activities stand on. `store` is null when `PRISM_STORAGE` is not set: then all refuse with
 * `InvalidInput`.
 */
export interface FilePorts {
  store: ObjectStore | null;
  batches: BatchReader;
  plan: PlanSource;
  requireOwn: RequireOwn;
}

/**
 * The activities of a pipeline that read its source and write its report. All can be repeated: they read the same bytes
 * and replace what they wrote. They fail with `InvalidInput` (no storage; at planning, a source that cannot be used),
 * `SourceInvalid` (the source is gone or has changed since), `Unexpected` (a defect), `OutOfTime` (attempts ran out of
 * time again and again), or `StorageUnavailable`, the only one of these that is worth another try, for 24 hours.
 */
export const createFileActivities = (
  { store, batches, plan, requireOwn }: FilePorts,
  turns = new Turns(new MemoryBudget(plansMemory)),
  results = new MemoryBudget(resultsMemory),
) => ({
  /** Cuts the source into batches. */
  async planImport(input: PlanImportInput): Promise<PlannedImport> {
    const { source, batchSize, dedupeBy = null, firstExecutionRunId } = input;
    requireStore(store);
    const launchKey = launchKeyOf(firstExecutionRunId);
    const options = { batchSize, dedupeBy, folder: folderOf(launchKey) };
    const task = async (note: (seen: string) => void) => {
      await requireOwn('planImport', input);
      const onProgress = (bytes: number) => {
        note(`read ${bytes} bytes`);
        stopIfCancelled();
      };
      return turns.take(() => plan(source, { ...options, onProgress }));
    };
    const planned = await withAttempts(`to plan ${source.uri}`, task, (error) =>
      toFileFailure(error, 'InvalidInput'),
    );
    return { ...planned, launchKey };
  },

  /** Joins the rows of a batch with their results, and keeps how each of them ended. */
  async settleBatch(input: SettleBatchInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleBatch', input);
  },

  /**
   * The same of a batch some of whose rows were launched without others. Its type is another, since a worker of 0.1.0
   * would take all rows of a range for those of its import.
   */
  async settleSelectedRows(input: SettleSelectedRowsInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleSelectedRows', input);
  },

  /** The same of a batch of a pipeline that has failed, whatever has become of its source. */
  async settleWithoutSource(input: SettleWithoutSourceInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleWithoutSource', input);
  },

  /**
   * Writes the report of a pipeline that has failed: a line for every input row, and no file that holds rows of the
   * source.
   */
  async writeReportWithoutSource(input: WriteReportWithoutSourceInput): Promise<WrittenReport> {
    const folder = folderOf(input.launchKey);
    const report = new Report(requireStore(store), batches, folder, input, stopIfCancelled, input.unsent);
    const task = async () => {
      await requireOwn('writeReportWithoutSource', input);
      return report.writeWithoutSource();
    };
    return withAttempts(`to write the report of ${input.plan.uri}`, task, toFileFailure);
  },

  /**
   * Writes one line for every input row, in the order of the input, and a file of the failed rows as they stood in the
   * source. A source that was copied to the storage for this pipeline is removed then.
   */
  async writeReport(input: WriteReportInput): Promise<WrittenReport> {
    const held = requireStore(store);
    const folder = folderOf(input.launchKey);
    const report = new Report(held, batches, folder, input, stopIfCancelled);
    const task = async () => {
      await requireOwn('writeReport', input);
      return writeReportOnce({ store: held, batches, folder }, input, report);
    };
    return withAttempts(`to write the report of ${input.plan.uri}`, task, toFileFailure);
  },
});

async function settle(
  { store, batches, requireOwn, results }: Omit<FilePorts, 'plan'> & { results: MemoryBudget },
  name: string,
  input: SettleBatchInput | SettleSelectedRowsInput | SettleWithoutSourceInput,
): Promise<SettledBatch> {
  const held = requireStore(store);
  const what = `to settle batch ${input.batch} of ${input.plan.uri}`;
  const task = async () => {
    await requireOwn(name, input);
    const folder = folderOf(input.launchKey);
    return 'rows' in input
      ? settleWithoutSource(held, batches, folder, input, memoryOf(results))
      : settleRows(held, batches, folder, input, memoryOf(results));
  };
  return withAttempts(what, task, toFileFailure);
}

/** What {@link createFileActivities} makes. */
export type FileActivities = ReturnType<typeof createFileActivities>;

/** Has tasks wait for memory, as long as their activity is not cancelled. */
const memoryOf =
  (budget: MemoryBudget): WithMemory =>
  async (bytes, task) => {
    const lease = await budget.lease(Math.min(bytes, resultsMemory), cancellationSignal());
    try {
      stopIfCancelled();
      return await task();
    } finally {
      lease?.release();
    }
  };

const stopIfCancelled = (): void => cancellationSignal().throwIfAborted();

function requireStore(store: ObjectStore | null): ObjectStore {
  if (store !== null) return store;
  const message =
    'PRISM_STORAGE: saw nothing, expected file:DIR or s3://bucket/prefix: a pipeline keeps its results and its report there';
  throw invalidInput(message);
}

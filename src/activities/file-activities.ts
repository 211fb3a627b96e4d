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

/** Memory for making one plan: blocks of the file, rows of maximum size, parts of a copy. */
const planMemory = 16 * 1024 * 1024;
/** Memory for all concurrent plans of a worker. They share one thread, so more would not be faster. */
const plansMemory = 8 * planMemory;
/** Memory for the results of all batches that a worker settles concurrently. The largest batch uses it alone. */
const resultsMemory = 64 * 1024 * 1024;
/** How long a plan waits for its turn, while it occupies a slot of the worker. */
const turnWaitMs = 30_000;
/** Maximum number of waiting plans, so that any number of plans leaves slots for batches and reports. */
const maxWaiting = 16;

/** Limits how many plans are made concurrently. Others wait for a while. */
export class Turns {
  private waiting = 0;

  constructor(
    private readonly memory: MemoryBudget,
    private readonly waitMs = turnWaitMs,
  ) {}

  /** Runs a plan when it is its turn. Throws {@link NoTurn} if the wait is too long. */
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
 * What the file and report activities depend on. `store` is null without `PRISM_STORAGE`: then all fail with
 * `InvalidInput`.
 */
export interface FilePorts {
  store: ObjectStore | null;
  batches: BatchReader;
  plan: PlanSource;
  requireOwn: RequireOwn;
}

/**
 * The activities of a pipeline that read its source and write its report. All can be repeated: they read the same
 * bytes, and replace what they wrote. They fail with
 * - `InvalidInput`: there is no storage or, in `planImport`, the source cannot be used.
 * - `SourceInvalid`: the source is gone or has changed.
 * - `Unexpected`: a defect.
 * - `OutOfTime`: attempts timed out repeatedly.
 * - `StorageUnavailable`: the only one worth a retry, for 24 hours.
 */
export const createFileActivities = (
  { store, batches, plan, requireOwn }: FilePorts,
  turns = new Turns(new MemoryBudget(plansMemory)),
  results = new MemoryBudget(resultsMemory),
) => ({
  /** Divides the source into batches. */
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

  /** Joins the rows of a batch with their results, and stores the outcome of each. */
  async settleBatch(input: SettleBatchInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleBatch', input);
  },

  /**
   * The same for a batch whose rows were not all launched in consecutive ranges. It is a separate activity because a
   * worker of 0.1.0 would assign all rows of a range to one import.
   */
  async settleSelectedRows(input: SettleSelectedRowsInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleSelectedRows', input);
  },

  /** The same for a batch of a failed pipeline, even if its source has changed or is gone. */
  async settleWithoutSource(input: SettleWithoutSourceInput): Promise<SettledBatch> {
    return settle({ store, batches, requireOwn, results }, 'settleWithoutSource', input);
  },

  /** Writes the report of a failed pipeline: a line for every input row, but no file with rows of the source. */
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
   * Writes the report, with a line for every input row in input order, and a file of the failed rows as they are in the
   * source. Then removes the source if it was copied to the storage for this pipeline.
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

/** The activities that {@link createFileActivities} creates. */
export type FileActivities = ReturnType<typeof createFileActivities>;

/** Makes tasks wait for memory until their activity is cancelled. */
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

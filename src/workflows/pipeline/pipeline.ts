import { upsertSearchAttributes } from '@temporalio/workflow';
import { showDetails } from '../runtime/show-details';
import type { BatchInFlight } from '../../core/pipeline/carried-state';
import type { BatchImportEnd } from '../../core/pipeline/batch-import-end';
import { writeInput, type ImportRecordsInput, type ImportRecordsRequest } from '../../core/pipeline/input';
import type { EarlyReport } from '../../core/pipeline/report';
import { firstTrouble, newProgress, type PipelineProgress } from '../../core/pipeline/progress';
import { pipelineDetails, type PipelineEnd } from '../../core/details/pipeline-details';
import type { PlannedImport } from '../../core/pipeline/plan';
import type { SearchBudget } from '../../core/pipeline/search/search';
import type { Selection } from '../../core/pipeline/launch/start-import';
import { problemChange, teamChange } from '../runtime/attribute-changes';
import { followsRelease02 } from '../runtime/release';
import { acceptInput } from './accept-input';

/** Maximum length of a batch's problem, in characters, since it is carried from run to run. */
export const maxProblem = 500;

/** What ends a pipeline early, and the reason to report for rows that are no longer sent. */
export interface EarlyEnd {
  error: unknown;
  reason: string;
}

/** A run of `importRecords`. */
export interface Pipeline {
  /** As given, for the next run. */
  readonly input: ImportRecordsInput;
  readonly request: ImportRecordsRequest;
  /** Whether it follows the rules of release 0.2. False in a run started by an older one. */
  readonly release02: boolean;
  readonly progress: PipelineProgress;
  /** Ends that trackers have signalled but no batch has processed, by job id. */
  readonly receivedEnds: Map<string, BatchImportEnd>;
  /** Batches that start nothing more in this run and continue in the next. */
  readonly resting: Set<number>;
  /** Number of requests and starts of trackers in flight, which are always completed. */
  beginning: number;
  /** Whether it ends without having imported everything, and starts nothing more. */
  stopping: boolean;
  /** The error that ends the pipeline at once. */
  failure: { error: unknown } | null;
  /** What ends it once the batches in flight have ended: nothing more is sent, and a report is written. */
  ending: EarlyEnd | null;
  /** The report of a pipeline that ended early. */
  earlyReport: EarlyReport | null;
  /** Batches that were started but of which nothing was sent. */
  readonly unsent: number[];
}

/**
 * A new pipeline, or one that continues from the previous run. Fails with `InvalidInput`, naming the field, the value
 * seen and the accepted form.
 */
export function newPipeline(input: ImportRecordsInput): Pipeline {
  const release02 = followsRelease02();
  const request = acceptInput(input, release02);
  const { carried } = request;
  return {
    input: writeInput(input, request),
    request,
    release02,
    progress: newProgress(carried),
    receivedEnds: new Map(carried?.heard.map((end) => [end.jobId, end])),
    resting: new Set(),
    beginning: 0,
    failure: null,
    ending: null,
    earlyReport: null,
    unsent: [],
    stopping: false,
  };
}

/** The plan of a pipeline. It must already have one. */
export function plannedOf({ progress }: Pipeline): PlannedImport {
  if (progress.planned === null) throw new Error('the pipeline has no plan yet');
  return progress.planned;
}

/**
 * Whether rows may be sent again because the API finds their records by `dedupe_by`. Runs started by 0.1.0 assume it of
 * all rows.
 */
export function dedupesRows({ request, release02 }: Pipeline, { only }: Selection): boolean {
  return request.options.dedupe_by !== undefined && !(release02 && only === 'unkeyed');
}

/** How many requests may still be spent on finding rows that the API refuses without naming them. */
export const searchBudget = ({ progress, request }: Pipeline): SearchBudget => ({
  searches: progress.searches,
  maxSearches: request.maxExtraRequests,
});

/** The input of the next run. */
export function toPipelineInput(pipeline: Pipeline): ImportRecordsInput {
  const { next, totals, ended, finished, keyWorked, searches, batchesInFlight, statistics } =
    pipeline.progress;
  const state = { next, totals, ended, finished, keyWorked, searches, story: statistics };
  const heard = [...pipeline.receivedEnds].map(([jobId, end]) => ({ ...end, jobId }));
  return {
    ...pipeline.input,
    carried: { ...state, planned: plannedOf(pipeline), lanes: [...batchesInFlight.values()], heard },
  };
}

/**
 * Publishes how far the pipeline is, or how it ended, in the Temporal UI, and its team and problem in search
 * attributes. Runs started by 0.1.0 do not write search attributes.
 */
export function publishPipeline(
  { progress, request, release02 }: Pipeline,
  end: PipelineEnd | null = null,
): void {
  showDetails(pipelineDetails({ progress, request, end, nowMs: Date.now() }));
  if (!release02) return;
  const changes = [...teamChange(request.teamId), ...problemChange(firstTrouble(progress)?.code ?? null)];
  if (changes.length > 0) upsertSearchAttributes(changes);
}

/** Publishes the current step of a batch, and the problem that caused it. */
export function publishBatch(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  doing: string,
  problem: string | null = null,
): void {
  inFlight.doing = doing;
  inFlight.problem = problem === null ? null : problem.slice(0, maxProblem);
  publishPipeline(pipeline);
}

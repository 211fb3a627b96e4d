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

/** Most of a batch's problem that is kept, in characters: it is carried from run to run. */
export const maxProblem = 500;

/** What ends a pipeline early, and what is said of rows that are not sent any more. */
export interface EarlyEnd {
  error: unknown;
  reason: string;
}

/** A run of `importRecords`. */
export interface Pipeline {
  /** For the next run. */
  readonly input: ImportRecordsInput;
  readonly request: ImportRecordsRequest;
  /** Whether it follows the rules of release 0.2; not in a run begun by an older one. */
  readonly release02: boolean;
  readonly progress: PipelineProgress;
  /** Ends that trackers have signalled and no batch has taken in yet, by job id. */
  readonly receivedEnds: Map<string, BatchImportEnd>;
  /** Batches that begin nothing more in this run: the next one goes on with them. */
  readonly resting: Set<number>;
  /** Requests that are being made and trackers that are being started: once begun, they are waited for. */
  beginning: number;
  /** It ends without having imported everything: nothing more is begun. */
  stopping: boolean;
  /** What ends the pipeline at once. */
  failure: { error: unknown } | null;
  /** What ends it once the batches in flight have ended: nothing more is sent, and a report is written. */
  ending: EarlyEnd | null;
  /** What was left by a pipeline that ends early. */
  earlyReport: EarlyReport | null;
  /** Batches that were begun, and of which nothing was sent. */
  readonly unsent: number[];
}

/**
 * A pipeline at its start or where the run before left off. Fails with `InvalidInput`, naming field, value seen and
 * accepted form.
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

/** The plan of a pipeline that has one. */
export function plannedOf({ progress }: Pipeline): PlannedImport {
  if (progress.planned === null) throw new Error('the pipeline has no plan yet');
  return progress.planned;
}

/**
 * Whether rows may be sent again since the API finds their records by `dedupe_by`. Runs begun by 0.1.0 believe it of
 * all rows.
 */
export function dedupesRows({ request, release02 }: Pipeline, { only }: Selection): boolean {
  return request.options.dedupe_by !== undefined && !(release02 && only === 'unkeyed');
}

/** How much may still be spent on finding rows that the API refuses without naming them. */
export const searchBudget = ({ progress, request }: Pipeline): SearchBudget => ({
  searches: progress.searches,
  maxSearches: request.maxExtraRequests,
});

/** What the next run is given. */
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
 * Lets the Temporal UI see how far the pipeline is, or how it ended, and the index which team it is of and what keeps
 * it from launching. Runs begun by 0.1.0 do not write to the index.
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

/** Shows what is being done about a batch, and what went wrong with it if that is why. */
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

import { ApplicationFailure, setCurrentDetails } from '@temporalio/workflow';
import type { FailureType } from '../../domain/failures';
import {
  importRecordsInputSchema,
  type BatchRef,
  type ImportRecordsInput,
  type ImportRecordsRequest,
} from '../../domain/import-records';
import {
  newPipelineView,
  pipelineDetails,
  type PipelineView,
  type RunningBatch,
} from '../../domain/pipeline-view';
import { checkInput, describeProblems } from '../../domain/validation';
import type { PlannedImport } from '../../domain/write-report';

/** A run of `importRecords`: what it was asked and what it shows of itself. */
export interface Pipeline {
  readonly request: ImportRecordsRequest;
  readonly view: PipelineView;
  /** Whether the API has accepted any batch: a key refused after that is new, and somebody will mend it. */
  keyWorked: boolean;
}

/** A pipeline whose source has been cut into batches. */
export type PlannedPipeline = Pipeline & { readonly plan: PlannedImport };

/** A pipeline at its start. Fails with `InvalidInput`, naming field, value seen and accepted form. */
export function newPipeline(input: ImportRecordsInput): Pipeline {
  const checked = checkInput(importRecordsInputSchema, input);
  if (!checked.ok) {
    const type: FailureType = 'InvalidInput';
    throw ApplicationFailure.nonRetryable(
      `importRecords cannot use its input: ${describeProblems(checked.problems)}`,
      type,
    );
  }
  return { request: checked.value, view: newPipelineView(checked.value.objectType), keyWorked: false };
}

/** Lets the Temporal UI see how far the pipeline is. */
export function show(pipeline: Pipeline): void {
  setCurrentDetails(pipelineDetails(pipeline.view));
}

/** Shows what is being done about a batch. */
export function showBatch(
  pipeline: Pipeline,
  ref: BatchRef,
  doing: Pick<RunningBatch, 'jobId' | 'doing'>,
): void {
  pipeline.view.running.set(ref.batch, { batch: ref.batch, rows: ref.rows, ...doing });
  show(pipeline);
}

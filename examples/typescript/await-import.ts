import { ApplicationFailure, executeChild } from '@temporalio/workflow';

/** The part of the outcome that this parent reads. `docs/tracking.md` lists all fields. */
interface Outcome {
  status: string;
  resultsOmitted?: boolean;
}
type TrackImport = (input: { teamId: string; jobId: string }) => Promise<Outcome>;

export async function myPipeline(teamId: string, jobId: string): Promise<Outcome> {
  const end = await executeChild<TrackImport>('trackImport', {
    args: [{ teamId, jobId }],
    taskQueue: 'prism-imports',
    parentClosePolicy: 'REQUEST_CANCEL',
    workflowExecutionTimeout: '9 days', // ends the child if no worker serves the task queue
  });
  if (end.status !== 'complete') {
    throw ApplicationFailure.nonRetryable(`The import is ${end.status}`, 'ImportNotComplete');
  }
  if (end.resultsOmitted) {
    // The import is complete, but its row results are neither in the outcome nor in storage.
    throw ApplicationFailure.nonRetryable('The row results are missing', 'ResultsOmitted');
  }
  return end;
}

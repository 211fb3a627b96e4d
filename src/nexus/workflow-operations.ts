import { WorkflowNotFoundError } from '@temporalio/client';
import { getClient, startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import type { CancelOperationContext } from 'nexus-rpc';
import type { PublicImportRecordsInput } from '../core/pipeline/public-input';
import type { ImportReport } from '../core/pipeline/report';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { PublicTrackImportInput } from '../core/tracker/public-input';
import { pipelineStart } from '../temporal/pipelines';
import { trackerStart } from '../temporal/trackers';
import type { importRecords } from '../workflows/import-records';
import type { trackImport } from '../workflows/track-import';
import { badRequest, withHandlerErrors } from './handler-errors';
import { checkOperationInput, ownPipelinePrefix, requireNamedSubscribers } from './operation-inputs';
import type { ImportRecordsOperationInput } from './service';

/** The namespace and task queue in which workflows are started. */
type Place = () => { namespace: string; taskQueue: string };

/**
 * Starts the tracker of an import, or joins a running one: the server calls back every caller. Cancelling does not
 * affect the tracker. All callers have the same operation token, so nobody can know whether others still wait.
 */
export class TrackerOperation extends WorkflowRunOperationHandler<PublicTrackImportInput, ImportOutcome> {
  constructor(place: Place) {
    super(async (context, input) => {
      const { notify } = checkOperationInput('trackImport', input);
      requireNamedSubscribers(notify);
      return withHandlerErrors({}, async () =>
        startWorkflow<typeof trackImport>(context, 'trackImport', {
          ...trackerStart(place(), input),
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    });
  }

  override cancel(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Starts a pipeline, under an id from the caller or one derived from the Nexus request, because the server may repeat a
 * request, and that must not import a file twice. Cancelling stops a pipeline that only its caller uses, but not one
 * under a given id, which others may have joined.
 */
export class PipelineOperation extends WorkflowRunOperationHandler<
  ImportRecordsOperationInput,
  ImportReport
> {
  constructor(place: Place) {
    super(async (context, given) => {
      const { workflowId } = checkOperationInput('importRecords', given);
      const input = withoutId(given);
      const id = workflowId ?? `${ownPipelinePrefix}${context.requestId}`;
      const taken =
        `workflowId: saw ${JSON.stringify(id)}, expected one without a completed pipeline: the report of that one is ` +
        'the result of its workflow';
      return withHandlerErrors({ taken }, async () => {
        if (workflowId !== undefined) await requirePipeline(id);
        return startWorkflow<typeof importRecords>(context, 'importRecords', {
          ...pipelineStart(place(), input, id),
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        });
      });
    });
  }

  override async cancel(context: CancelOperationContext, token: string): Promise<void> {
    if (!workflowIdOf(token).startsWith(ownPipelinePrefix)) return;
    await withHandlerErrors({}, () => super.cancel(context, token));
  }
}

/**
 * Refuses an id under which another kind of workflow runs in the namespace, since the server would join any running
 * workflow and return its result. Only members of the namespace could start one between this check and the join.
 */
async function requirePipeline(id: string): Promise<void> {
  const found = await describeIfThere(id);
  if (found === null || found.type === 'importRecords' || found.status.name !== 'RUNNING') return;
  throw badRequest(`workflowId: saw ${JSON.stringify(id)}, expected one under which no other workflow runs`);
}

async function describeIfThere(id: string) {
  try {
    return await getClient().workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function withoutId(given: ImportRecordsOperationInput): PublicImportRecordsInput {
  const input = { ...given };
  delete input.workflowId;
  return input;
}

/** The workflow that an operation token of Temporal's names (base64url of JSON with `wid`). Anybody may forge one. */
function workflowIdOf(token: string): string {
  try {
    const { wid } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { wid?: unknown };
    return typeof wid === 'string' ? wid : '';
  } catch {
    return '';
  }
}

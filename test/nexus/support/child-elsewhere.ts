import { startChild, workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import type { PublicTrackImportInput } from '../../../src/core/tracker/public-input';
import type { trackImport } from '../../../src/workflows/track-import';

/** Where {@link trackElsewhere} starts its child. */
const elsewhere = 'default';

/** Starts a tracker in another namespace, as SDKs can whose options of a child have one, and gives how it ended. */
export async function trackElsewhere(taskQueue: string, input: PublicTrackImportInput): Promise<unknown> {
  const child = await startChild<typeof trackImport>('trackImport', {
    taskQueue,
    args: [input],
    workflowId: `${workflowInfo().workflowId}/tracker`,
  });
  return child.result().catch((error: unknown) => ({ refused: messageOf(error) }));
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? [error.message, error.cause ? messageOf(error.cause) : ''].join(' ') : '';

/** The SDK for TypeScript has no option for it. */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation(input, next) {
        for (const { startChildWorkflowExecution } of input.commands)
          if (startChildWorkflowExecution) startChildWorkflowExecution.namespace = elsewhere;
        return next(input);
      },
    },
  ],
});

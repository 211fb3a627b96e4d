import { CancellationScope, sleep, type WorkflowInterceptors } from '@temporalio/workflow';

/**
 * For a bundle of workflows: each learns only half a second later that a child it asked for has started, as on a busy
 * server.
 */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      async startChildWorkflowExecution(input, next) {
        const [started, result] = await next(input);
        const learned = started.then(async (runId) => {
          await CancellationScope.nonCancellable(() => sleep(500));
          return runId;
        });
        return [learned, result];
      },
    },
  ],
});

import { setTimeout as pause } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type Workflow,
  type WorkflowHandle,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { persist } from './persist';

/** A client that keeps retrying while the server is down, until a deadline. */
export class PatientClient {
  constructor(
    readonly client: Client,
    private readonly deadlineMs: () => number,
  ) {}

  /** Starts a workflow; it counts as started even if the answer was lost. */
  async start<T extends Workflow>(
    type: string,
    options: WorkflowStartOptions<T>,
  ): Promise<WorkflowHandle<T>> {
    try {
      return await this.persist(() =>
        this.client.workflow.start<T>(type, { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATE' }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.client.workflow.getHandle<T>(options.workflowId);
    }
  }

  /** Waits for a workflow's result; the workflow need not exist yet. Rejects with its failure, or at the deadline. */
  async result<T extends Workflow>(handle: WorkflowHandle<T>): Promise<Awaited<ReturnType<T>>> {
    const late = new AbortController();
    const deadline = pause(Math.max(0, this.deadlineMs() - Date.now()), null, { signal: late.signal }).then(
      () => {
        throw new Error(`${handle.workflowId} has not ended`);
      },
    );
    try {
      return await Promise.race([
        deadline,
        this.persist(async () => (await handle.result()) as Awaited<ReturnType<T>>, true),
      ]);
    } finally {
      late.abort();
      deadline.catch(() => undefined);
    }
  }

  /** Repeats a call until the server has carried it out or refused it. */
  async persist<T>(task: () => Promise<T>, mayCome = false): Promise<T> {
    return persist(task, {
      isOver: () => Date.now() > this.deadlineMs(),
      isFinal: (error) =>
        error instanceof WorkflowFailedError ||
        error instanceof WorkflowExecutionAlreadyStartedError ||
        (error instanceof WorkflowNotFoundError && !mayCome),
    });
  }
}

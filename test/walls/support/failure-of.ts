import type { WorkflowHandle } from '@temporalio/client';

/** Type and message of the failure that a workflow ended with: the innermost that has a type. */
export async function failureOf(handle: WorkflowHandle): Promise<{ type: string; message: string }> {
  let found: { type: string; message: string } | null = null;
  const ended = await handle.result().then(
    (result: unknown) => ({ result }),
    (error: unknown) => ({ error }),
  );
  if ('result' in ended) throw new Error(`it ended with ${JSON.stringify(ended.result)?.slice(0, 500)}`);
  for (let error = ended.error; error instanceof Error; error = error.cause) {
    const { type, message } = error as Error & { type?: unknown };
    if (typeof type === 'string') found = { type, message };
  }
  if (found === null) throw ended.error;
  return found;
}

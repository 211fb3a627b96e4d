import { Client, type WorkflowExecutionDescription } from '@temporalio/client';

/**
 * The same client for lists and descriptions alone, which leaves memos unread: a caller may have set one that is
 * encrypted, and the SDK would fail the whole list on it.
 */
export const indexClient = ({ connection, options: { namespace } }: Client): Client =>
  new Client({
    connection,
    namespace,
    dataConverter: { payloadConverterPath: require.resolve('./unread-payloads') },
  });

/** What the server knows of the newest run of a workflow, its memo left unread. Rejects as the SDK's `describe`. */
export const describeWorkflow = (client: Client, workflowId: string): Promise<WorkflowExecutionDescription> =>
  indexClient(client).workflow.getHandle(workflowId).describe();

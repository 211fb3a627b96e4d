import { Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';

/**
 * The same client for lists and descriptions alone: what cannot be read of memos and summaries is undefined. A caller
 * may have set a memo that is encrypted, and the SDK would fail the whole list on it.
 */
export const indexClient = ({ connection, options }: Client): Client =>
  new Client({
    connection,
    namespace: options.namespace,
    dataConverter: {
      payloadConverterPath: require.resolve('./payloads/unread-payloads'),
      payloadCodecs: options.loadedDataConverter.payloadCodecs.map(lenient),
    },
  });

/** Hands on what a codec cannot decode. */
const lenient = (codec: PayloadCodec): PayloadCodec => ({
  encode: (payloads, context) => codec.encode(payloads, context),
  decode: (payloads, context) => codec.decode(payloads, context).catch(() => payloads),
});

/** What the server knows of a run of a workflow; default: the newest. Rejects as the SDK's `describe`. */
export const describeWorkflow = (
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription> =>
  indexClient(client).workflow.getHandle(workflowId, runId).describe();

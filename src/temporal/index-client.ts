import { Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';

/**
 * The same client, for lists and descriptions only: memos and summaries that cannot be decoded become undefined.
 * Callers may set an encrypted memo, on which the SDK would otherwise fail the whole list.
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

/** Passes through what a codec cannot decode. */
const lenient = (codec: PayloadCodec): PayloadCodec => ({
  encode: (payloads, context) => codec.encode(payloads, context),
  decode: (payloads, context) => codec.decode(payloads, context).catch(() => payloads),
});

/** Describes a run of a workflow, by default the newest. Rejects as the SDK's `describe` does. */
export const describeWorkflow = (
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription> =>
  indexClient(client).workflow.getHandle(workflowId, runId).describe();

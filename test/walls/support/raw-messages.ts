import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { WallSite } from './site';

/** A payload as its bytes and its metadata; without metadata it has none. */
export function rawPayload(data: string | Uint8Array, metadata?: Record<string, string>): Payload {
  const bytes = (value: string | Uint8Array) => new Uint8Array(Buffer.from(value as string));
  return {
    data: bytes(data),
    ...(metadata && {
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, bytes(value)])),
    }),
  };
}

/** A value as every client sends it. */
export const jsonPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

const requestFor = ({ env }: WallSite) => ({
  namespace: env.namespace ?? 'default',
  identity: 'attacker',
  requestId: randomUUID(),
});

/** Starts a workflow with payloads as they are; gives its handle. */
export async function startRaw(
  site: WallSite,
  workflowType: string,
  payloads: Payload[],
  { workflowId = `victim-${randomUUID()}`, ...more }: { workflowId?: string; [field: string]: unknown } = {},
): Promise<WorkflowHandle> {
  await site.env.client.workflowService.startWorkflowExecution({
    ...requestFor(site),
    workflowId,
    workflowType: { name: workflowType },
    taskQueue: { name: site.taskQueue },
    input: { payloads },
    ...more,
  });
  return site.env.client.workflow.getHandle(workflowId);
}

/** Sends a signal with payloads as they are. */
export async function signalRaw(
  site: WallSite,
  workflowId: string,
  signalName: string,
  payloads: Payload[],
  header: Record<string, Payload> = {},
): Promise<void> {
  await site.env.client.workflowService.signalWorkflowExecution({
    ...requestFor(site),
    workflowExecution: { workflowId },
    signalName,
    input: { payloads },
    header: { fields: header },
  });
}

/** Sends an update with payloads as they are, and gives why it was refused, or null. */
export async function updateRaw(
  { env }: WallSite,
  workflowId: string,
  name: string,
  payloads: Payload[],
): Promise<string | null> {
  const { outcome } = await env.client.workflowService.updateWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: 3 }, // completed
    request: { meta: { updateId: randomUUID(), identity: 'attacker' }, input: { name, args: { payloads } } },
  });
  return outcome?.failure?.message ?? null;
}

/** Asks for the status of a tracker with arguments as they are. */
export async function queryRaw({ env }: WallSite, workflowId: string, payloads: Payload[]): Promise<void> {
  await env.client.workflowService.queryWorkflow({
    namespace: env.namespace ?? 'default',
    execution: { workflowId },
    query: { queryType: 'status', queryArgs: { payloads } },
  });
}

import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { trackerWorkflowId } from '../../../src/core/ids';
import { callersNamespace } from '../../support/nexus-callers';
import { until } from '../../support/until';
import type { SomeImport } from './caller-imports';
import type { CallerSite } from './caller-site';

/**
 * Has a program of the other namespace follow an import of an hour by Nexus, and cancels its workflow while it waits.
 * Gives what the program fails with, and the status of the tracker then, which is ended afterwards.
 */
export async function cancelCallerByNexus(
  { server, emulator }: Pick<CallerSite, 'server' | 'emulator'>,
  follow: (followed: SomeImport, workflowId: string) => Promise<unknown>,
): Promise<{ failure: string; tracker: string }> {
  const [teamId, jobId, workflowId] = [randomUUID(), randomUUID(), `caller/${randomUUID()}`];
  await emulator.controller.createJob({ teamId, jobId, total: 1000, duration: 3_600_000 });
  const ended = follow({ teamId, jobId }, workflowId).then(() => 'none', String);
  const { workflow } = new Client({ connection: server.connection, namespace: callersNamespace });
  const parent = workflow.getHandle(workflowId);
  await until(async () => {
    const events = (await parent.fetchHistory().catch(() => null))?.events ?? [];
    const hasStarted = events.some((event) => event.nexusOperationStartedEventAttributes);
    // It has asked all that it asks of the service, and waits for the import's end.
    return hasStarted && Boolean(events.at(-1)?.workflowTaskCompletedEventAttributes);
  });
  await parent.cancel();
  const failure = await ended;
  const tracker = server.client.workflow.getHandle(trackerWorkflowId(teamId, jobId));
  const { status } = await tracker.describe();
  await tracker.terminate();
  return { failure, tracker: status.name };
}

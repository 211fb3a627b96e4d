import type { CallerSite } from './caller-site';

type Site = Pick<CallerSite, 'server'>;

const handleOf = ({ server }: Site, workflowId: string) => server.client.workflow.getHandle(workflowId);

/** What a workflow's current run has recorded. */
export const eventsOf = async (site: Site, workflowId: string) =>
  (await handleOf(site, workflowId).fetchHistory()).events ?? [];

/** The signals that this run was sent, and whether it goes on an earlier one. */
export async function signalsOf(
  site: Site,
  workflowId: string,
): Promise<{ signals: string[]; isContinued: boolean }> {
  const events = await eventsOf(site, workflowId);
  const earlierRun = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  const signals = events.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
  return { signals, isContinued: Boolean(earlierRun) };
}

/** Whether this run has worked on all signals that it was sent. */
export async function hasTakenSignals(site: Site, workflowId: string): Promise<boolean> {
  const events = await eventsOf(site, workflowId);
  const last = events.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes);
  return events.slice(last + 1).some((event) => event.workflowTaskCompletedEventAttributes);
}

/** What a workflow was started with: its first argument, and for how many seconds the server lets it run. */
export async function startOf(
  site: Site,
  workflowId: string,
): Promise<{ encoding: string; text: string; limitSeconds: number }> {
  const [event] = await eventsOf(site, workflowId);
  const started = event?.workflowExecutionStartedEventAttributes;
  const [payload] = started?.input?.payloads ?? [];
  return {
    encoding: Buffer.from(payload?.metadata?.['encoding'] ?? []).toString(),
    text: Buffer.from(payload?.data ?? []).toString(),
    limitSeconds: Number(started?.workflowExecutionTimeout?.seconds ?? 0),
  };
}

/** The input of a tracker that was started in clear. */
export const inputOf = async (site: Site, workflowId: string) =>
  JSON.parse((await startOf(site, workflowId)).text) as Record<string, unknown>;

/** For how many seconds each call of the activity `readResults` may wait for a worker. */
export async function waitsOfPages(site: Site, workflowId: string): Promise<number[]> {
  return (await eventsOf(site, workflowId)).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === 'readResults'
      ? [Number(scheduled.scheduleToStartTimeout?.seconds)]
      : [],
  );
}

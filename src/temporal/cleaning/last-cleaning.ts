import {
  ScheduleNotFoundError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { rootMessage } from '../problem';
import { cleaningScheduleId } from './cleaning-schedule';

/** How the last cleaning ended, as far as the server knows. */
interface CleaningRun {
  workflowId: string;
  startedAtMs: number;
  /** `forgotten` if the namespace no longer keeps the run. */
  end: 'running' | 'done' | 'failed' | 'forgotten';
  /** Its failure; null unless it failed. */
  failure: string | null;
}

/** The Schedule that cleans a storage, that there is none, or why it could not be read. */
export type CleaningSchedule =
  | { scheduleId: string; isPaused: boolean; madeAtMs: number; last: CleaningRun | null }
  | 'none'
  | { unknown: string };

/**
 * Reads the Schedule that cleans the storage of a task queue's workers, and its last run. Never rejects, so that
 * callers can still show everything else.
 */
export async function lastCleaning(client: Client, taskQueue: string): Promise<CleaningSchedule> {
  const scheduleId = cleaningScheduleId(taskQueue);
  try {
    return await client.withDeadline(Date.now() + limitMs, async () => {
      const { info, state } = await client.schedule.getHandle(scheduleId).describe();
      const taken = info.recentActions.at(-1);
      const last = taken === undefined ? null : await runOf(client, taken);
      return { scheduleId, isPaused: state.paused, madeAtMs: info.createdAt.getTime(), last };
    });
  } catch (error) {
    return error instanceof ScheduleNotFoundError ? 'none' : { unknown: rootMessage(error) };
  }
}

const limitMs = 10_000;

interface TakenAction {
  takenAt: Date;
  action: { workflow: { workflowId: string; firstExecutionRunId: string } };
}

async function runOf(client: Client, { takenAt, action }: TakenAction): Promise<CleaningRun> {
  const { workflowId, firstExecutionRunId } = action.workflow;
  const run = { workflowId, startedAtMs: takenAt.getTime(), failure: null };
  const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return { ...run, end: 'running' };
    await handle.result();
    return { ...run, end: 'done' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { ...run, end: 'forgotten' };
    if (error instanceof WorkflowFailedError) return { ...run, end: 'failed', failure: rootMessage(error) };
    throw error;
  }
}

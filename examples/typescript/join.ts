/** The activity that joins a tracker. Workflow code cannot make this request. */
import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { TrackImportInput } from 'prism-imports/workflow';

/** The input of `joinOrStart`. */
export interface Joined {
  /** `trackerWorkflowId(teamId, jobId)`. */
  trackerId: string;
  taskQueue: string;
  input: TrackImportInput;
}

/** Activities that use this client. */
export const createJoinActivities = (client: Client) => ({
  /** Starts and subscribes in one request to the server, so the tracker cannot end in between. */
  async joinOrStart({ trackerId, taskQueue, input }: Joined): Promise<void> {
    const { workflowExecution } = activityInfo();
    await client.workflow.signalWithStart('trackImport', {
      workflowId: trackerId,
      taskQueue,
      args: [input],
      signal: 'subscribe',
      signalArgs: [{ workflowId: workflowExecution?.workflowId }],
    });
  },
});

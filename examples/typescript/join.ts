/** The activity that joins a tracker: workflow code cannot make the request. */
import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { TrackImportInput } from 'prism-imports/workflow';

/** What `joinOrStart` is given. */
export interface Joined {
  /** `trackerWorkflowId(teamId, jobId)`. */
  trackerId: string;
  taskQueue: string;
  input: TrackImportInput;
}

/** Activities that ask the server through this client. */
export const createJoinActivities = (client: Client) => ({
  /** Starting and subscribing are one request to the server: no tracker can end in between. */
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

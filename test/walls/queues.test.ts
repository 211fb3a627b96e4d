import { randomUUID } from 'node:crypto';
import { organizations } from '../support/pipeline-rig';
import { testWaves, type Attacks } from './support/behind-the-wall';
import type { WallSite } from './support/site';

/** Starts one of our workflows on the queue of requests; nobody takes it up there. */
const onRequests =
  (type: string, input: (site: WallSite, team: string) => object) =>
  async (site: WallSite): Promise<void> => {
    const team = `team-${randomUUID()}`;
    const handle = await site.env.client.workflow.start(type, {
      taskQueue: `${site.taskQueue}-http`,
      workflowId: `victim-${team}`,
      args: [{ teamId: team, ...input(site, team) }],
      workflowExecutionTimeout: '5s',
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'TimeoutFailure' } });
    const { events } = await handle.fetchHistory();
    const taken = events?.filter((event) => event.workflowTaskStartedEventAttributes);
    expect(taken).toEqual([]);
    expect(site.emulator.controller.journal.filter(({ path }) => path.includes(team))).toEqual([]);
  };

const elsewhere: Attacks = {
  'a tracker': onRequests('trackImport', () => ({ jobId: 'job' })),
  'a pipeline': onRequests('importRecords', (site, team) => ({
    objectType: 'organization',
    source: { uri: site.source(`${team}.csv`, organizations(12)), format: 'csv' },
  })),
};

testWaves({ 'workflows of ours on the queue of requests wait, and harm nobody there': elsewhere });

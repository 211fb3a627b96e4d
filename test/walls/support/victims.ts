import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ImportOutcome } from '../../../src/core/tracker/outcome';
import type { ImportRecordsInput } from '../../../src/core/pipeline/input';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { Source } from '../../../src/core/pipeline/source';
import type { TrackImportInput } from '../../../src/core/tracker/input';
import { until } from '../../support/until';
import { teamId, type WallSite } from './site';

const quickPolling = { initialInterval: '500ms', maximumInterval: '500ms', adaptive: false } as const;

/** A tracker that is attacked while it follows a job. */
export interface VictimTracker {
  handle: WorkflowHandle;
  jobId: string;
  /** How often the API was asked for its job. */
  polls(): number;
  /** Lets its job be complete, and gives how the tracker ended. */
  finish(): Promise<ImportOutcome>;
}

/** Starts a tracker of a job that is at work, and waits for its first poll. */
export async function startVictim(
  site: WallSite,
  input: Partial<TrackImportInput> = {},
): Promise<VictimTracker> {
  const { controller } = site.emulator;
  const jobId = randomUUID();
  await controller.createJob({ teamId, jobId, total: 10, duration: '24h' });
  const handle = await site.env.client.workflow.start('trackImport', {
    taskQueue: site.taskQueue,
    workflowId: `victim-${jobId}`,
    args: [{ teamId, jobId, polling: quickPolling, ...input }],
  });
  const polls = () => controller.requests({ operation: 'status', jobId }).length;
  await until(() => polls() > 0);
  return {
    handle,
    jobId,
    polls,
    async finish() {
      await controller.setJob(jobId, { status: 'complete' });
      return (await handle.result()) as ImportOutcome;
    },
  };
}

/** Makes an attack on a tracker, which must go on and end as its job does, having told nobody. */
export const onTracker =
  (attack: (site: WallSite, victim: VictimTracker) => Promise<void>) =>
  async (site: WallSite): Promise<void> => {
    const victim = await startVictim(site);
    await attack(site, victim);
    const { status, tracking } = await victim.finish();
    expect([status, tracking.undelivered]).toEqual(['complete', []]);
  };

/** A pipeline that is attacked by its file, or by what the API answers. */
export interface VictimPipeline {
  handle: WorkflowHandle;
  team: string;
  /** How it ended; its counts add up. */
  report(): Promise<ImportReport>;
}

/** Starts a pipeline of contacts in a team of its own. */
export async function startPipeline(
  site: WallSite,
  source: Source,
  input: Partial<ImportRecordsInput> = {},
  workflowId = `victim-${randomUUID()}`,
): Promise<VictimPipeline> {
  const team = `team-${randomUUID()}`;
  const handle = await site.env.client.workflow.start('importRecords', {
    taskQueue: site.taskQueue,
    workflowId,
    args: [{ teamId: team, objectType: 'contact', source, polling: quickPolling, ...input }],
  });
  return {
    handle,
    team,
    async report() {
      const report = (await handle.result()) as ImportReport;
      const { rows, created, updated, existing, failed, unknown } = report.totals;
      expect(created + updated + existing + failed + unknown).toBe(rows);
      return report;
    },
  };
}

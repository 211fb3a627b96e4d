import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { ImportEnd, ImportOutcome } from '../../../src/core/tracker/outcome';
import type { PublicTrackImportInput } from '../../../src/core/tracker/public-input';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { subscribeSignal } from '../../../src/workflows/messages';
import type { importRecords } from '../../../src/workflows/import-records';
import type { trackImport } from '../../../src/workflows/track-import';
import type { Call, callPrism } from '../../nexus/support/calling-workflows';
import type { awaitImport } from '../../support/collector';
import { organizations } from '../../support/pipeline-rig';
import { loadTeam } from './api-faults';
import type { Callers } from './callers';
import { Draw } from './draw';
import type { Party } from './facts';
import { enoughSignal, type receiveEnds, type receiveImportEnds } from './parent-workflows';
import { PatientClient } from './patient-client';
import type { ChaosPlan } from './plan';
import { taskQueue, type Site } from './site';

/** Somebody who waits for the end of an import, and what it received. */
export type NotifiedParty = Omit<Party, 'ends'> & { ends: ImportEnd[] };

/** The results of the load. */
export interface Loaded {
  imports: { jobId: string; parties: NotifiedParty[] }[];
  pipelines: {
    workflowId: string;
    teamId: string;
    withDedupe: boolean;
    rows: number;
    report: ImportReport | null;
    failure: string | null;
  }[];
}

/** The share of a run in which imports start. */
const loadShare = 0.8;
const polling = { initialInterval: '1s', maximumInterval: '5s' };

/** Imports and pipelines of a plan, spread over its duration; resolves when all have ended, or at the deadline. */
export class Load {
  private readonly home: PatientClient;
  private readonly abroad: PatientClient;

  constructor(
    private readonly site: Site,
    private readonly callers: Callers,
    private readonly plan: ChaosPlan,
    deadlineMs: () => number,
  ) {
    this.home = new PatientClient(site.env.client, deadlineMs);
    this.abroad = new PatientClient(callers.nexus.client, deadlineMs);
  }

  async run(): Promise<Loaded> {
    const { imports, pipelines, durationMs } = this.plan;
    const all = <T>(count: number, begin: (index: number) => Promise<T>) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          await pause((index / count) * loadShare * durationMs);
          return begin(index);
        }),
      );
    const [followed, piped] = await Promise.all([
      all(imports, (index) => this.follow(index)),
      all(pipelines, (index) => this.pipe(index)),
    ]);
    return { imports: followed, pipelines: piped };
  }

  private async follow(index: number): Promise<Loaded['imports'][number]> {
    const draw = new Draw(`${this.plan.seed}/import-${index}`);
    const rows = draw.between(10, 40);
    const script = {
      duration: draw.between(1000, 15_000),
      progress: ['linear', 'none', { curve: 2 }, { bursts: 3 }][index % 4],
      ...(draw.fraction() < 0.15 && { end: { failed: { code: 'boom', message: 'No' }, at: 0.5 } }),
    };
    const results = draw.fraction() < 0.4 ? ('stored' as const) : ('auto' as const);
    const jobId = await this.site.emulator.launch(loadTeam, `load-${index}`, rows, script);
    const input = { teamId: loadTeam, jobId, polling, results };
    const parties = await this.waitFor(index, input);
    return { jobId, parties };
  }

  /** Uses the four ways in turn. */
  private waitFor(index: number, input: PublicTrackImportInput): Promise<NotifiedParty[]> {
    const name = `parent-${index}`;
    const ways = [
      () => this.asChild(name, input),
      () => this.bySignal(name, input),
      () => this.byNexus(name, input),
      () => this.byClient(name, input),
    ];
    return (ways[index % ways.length] ?? (() => this.byClient(name, input)))();
  }

  private async asChild(workflowId: string, input: PublicTrackImportInput): Promise<NotifiedParty[]> {
    const taskQueue = this.callers.parentQueue;
    const start = () =>
      this.home.start<typeof awaitImport>('awaitImport', {
        ...this.own(workflowId, taskQueue),
        args: args(input),
      });
    return [await partyOf(workflowId, 'child', async () => [await this.home.result(await start())])];
  }

  /** Notifies the parent, and a second workflow that subscribes later, unless it is too late. */
  private async bySignal(workflowId: string, given: PublicTrackImportInput): Promise<NotifiedParty[]> {
    const input = { ...given, notify: [{}] };
    const queue = this.callers.parentQueue;
    const tracker = this.home.client.workflow.getHandle<typeof receiveImportEnds>(`${workflowId}/tracker`);
    const parent = await this.home.start<typeof receiveImportEnds>('receiveImportEnds', {
      ...this.own(workflowId, queue),
      args: args(input),
    });
    const second = await this.home.start<typeof receiveEnds>('receiveEnds', {
      ...this.own(`${workflowId}/second`, queue),
      args: [],
    });
    const hasJoined = await this.subscribe(tracker, second.workflowId);
    const receive = (handle: WorkflowHandle<typeof receiveEnds>) => async () => {
      await this.home.result(tracker).catch(() => undefined);
      await this.home.persist(() => handle.signal(enoughSignal));
      return this.home.result(handle);
    };
    const parties = await Promise.all([
      partyOf(workflowId, 'signal', receive(parent as unknown as WorkflowHandle<typeof receiveEnds>)),
      partyOf(second.workflowId, 'signal', receive(second)),
    ]);
    return hasJoined ? parties : parties.slice(0, 1);
  }

  private async subscribe(tracker: WorkflowHandle, workflowId: string): Promise<boolean> {
    try {
      // Its parent may not have started it yet.
      await this.home.persist(() => tracker.describe(), true);
      await this.home.persist(() => tracker.signal(subscribeSignal, { workflowId }));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** Two callers in another namespace wait for one tracker. */
  private async byNexus(workflowId: string, input: PublicTrackImportInput): Promise<NotifiedParty[]> {
    const { endpoint, taskQueue: queue } = this.callers.nexus;
    const call: Call = { endpoint, operation: 'trackImport', input, within: '1 hour' };
    return Promise.all(
      [1, 2].map((caller) =>
        partyOf(`${workflowId}/${caller}`, 'nexus', async () => {
          const options = { ...this.own(`${workflowId}/${caller}`, queue), args: [call] as [Call] };
          const answer = await this.abroad.result(
            await this.abroad.start<typeof callPrism>('callPrism', options),
          );
          if (!('value' in answer)) throw new Error(JSON.stringify(answer));
          return [answer.value as ImportOutcome];
        }),
      ),
    );
  }

  private async byClient(name: string, input: PublicTrackImportInput): Promise<NotifiedParty[]> {
    const follow = async () => {
      const { client } = this.home;
      const handle = await this.home.persist(() => startOrAttachTracker(client, taskQueue, input));
      return [await this.home.result<typeof trackImport>(handle)];
    };
    return [await partyOf(name, 'client', follow)];
  }

  private async pipe(index: number): Promise<Loaded['pipelines'][number]> {
    const withDedupe = index % 2 === 0;
    const rows = new Draw(`${this.plan.seed}/pipeline-${index}`).between(60, 240);
    const teamId = `pipeline-${index}`;
    const workflowId = teamId;
    const uri = await this.site.source(`${teamId}.csv`, organizations(rows));
    const input = {
      ...{ teamId, objectType: 'organization' as const, source: { uri, format: 'csv' as const } },
      ...{ batchSize: 25, maxConcurrentImports: 3, polling },
      options: withDedupe ? { dedupe_by: 'primary_domain' } : {},
    };
    const about = { workflowId, teamId, withDedupe, rows };
    try {
      const handle = await this.home.start<typeof importRecords>('importRecords', {
        ...this.own(workflowId, taskQueue),
        args: [input],
      });
      return { ...about, report: await this.home.result(handle), failure: null };
    } catch (error) {
      return { ...about, report: null, failure: textOf(error) };
    }
  }

  private own(workflowId: string, queue: string) {
    return { workflowId, taskQueue: queue };
  }
}

const args = (input: PublicTrackImportInput): [string, PublicTrackImportInput] => [taskQueue, input];

async function partyOf(
  name: string,
  way: Party['way'],
  receive: () => Promise<ImportEnd[]>,
): Promise<NotifiedParty> {
  try {
    return { name, way, ends: await receive(), failure: null };
  } catch (error) {
    return { name, way, ends: [], failure: textOf(error) };
  }
}

/** An error with its causes. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${textOf(error.cause)}`;
}

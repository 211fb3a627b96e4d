import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { PrismImportsPlugin } from 'prism-imports';
import { workflowBundle } from '../support/temporal';
import { startTeamRig, workflowsPath, type TeamRig } from './support/team-rig';

const histories = join(__dirname, '..', 'replay', 'histories');
const plugins = [new PrismImportsPlugin()];
const logger = new DefaultLogger('ERROR');

let rig: TeamRig;
/** Made ahead by the team, without a key. */
let ofTeam: ReplayWorkerOptions;
beforeAll(async () => {
  rig = await startTeamRig();
  ofTeam = { workflowBundle: await bundleWorkflowCode({ workflowsPath, plugins, logger }), plugins };
});
afterAll(() => rig?.close());

test("all histories of our own workers replay in the team's bundle", async () => {
  const failed: string[] = [];
  for (const file of readdirSync(histories)) {
    const history = JSON.parse(readFileSync(join(histories, file), 'utf8')) as Recorded;
    const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
    await Worker.runReplayHistory(ofTeam, history, workflowId).catch((error: unknown) =>
      failed.push(`${file}: ${String(error)}`),
    );
  }
  expect(failed).toEqual([]);
});

interface Recorded {
  events: { workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
}

test("the history of a tracker of the team's worker replays in our bundle and in the team's", async () => {
  const worker = await rig.serve();
  const jobId = await rig.createJob('1 s');
  expect(await (await rig.follow(worker.taskQueue, jobId)).result()).toBe('complete');
  const tracker = rig.tracker(jobId);
  const history = await tracker.fetchHistory();
  for (const options of [ofTeam, { workflowBundle: workflowBundle() }])
    await Worker.runReplayHistory(options, history, tracker.workflowId);
});

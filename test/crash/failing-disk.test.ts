import { readdirSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { progressQuery, statusQuery } from '../../src/workflows/messages';
import { pendingActivities } from '../../src/temporal/pending-activities';
import { launches, organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { expectSentOnce, expectTrue } from '../workflows/support/launch-once-rig';
import { startCrashRig, type CrashRig } from './support/crash-rig';

const rows = 30;
const batchSize = 15;
let env: TestWorkflowEnvironment;
let rig: CrashRig;

beforeAll(async () => {
  env = await startDevServer();
});
afterEach(() => rig.close());
afterAll(() => env.teardown());

/** What a pipeline is about to store when its disk begins to fail. */
const moments = [
  { what: 'its plan', file: /pipelines\/.*\/plan\.jsonl/, hasCome: () => true, options: {} },
  {
    what: 'what it is about to send',
    file: /pipelines\/.*\/sent\//,
    hasCome: () => stored(/parts\/\d+\.jsonl$/).length > 0,
    options: {},
  },
  {
    what: 'the results of a batch',
    file: /results\//,
    hasCome: () => launches(rig.emulator).length > 0,
    options: { dedupe_by: 'primary_domain' },
  },
] as const;

describe.each([
  { fault: 'full', said: 'ENOSPC: no space left on device' },
  { fault: 'read-only', said: 'EROFS: read-only file system' },
] as const)('a disk that is $fault', ({ fault, said }) => {
  test.each(moments)(
    'makes a pipeline wait that stores $what, and nothing is lost or sent twice',
    async ({ what, file, hasCome, options }) => {
      const name = `${fault} ${what}`;
      rig = await startCrashRig(env, {
        name,
        csv: organizations(rows),
        emulator: { job: { duration: '2s' }, asyncThreshold: 10 },
      });
      const { disk, emulator } = rig;
      const input = { batchSize, maxConcurrentImports: 1, options, pollEvery: '500ms' };
      const done = rig.import(input, []);
      done.catch(() => undefined); // thrown below
      await until(hasCome);
      disk.fail(fault);
      let problems: string[] = [];
      // Until its workflow has started, there is nothing to describe.
      const found = async () => (problems = await problemsOf(name).catch(() => []));
      await until(async () => (await found()).length > 0);
      for (const problem of problems) expect(problem).toContain(said);
      expect(problems.join('\n')).not.toMatch(/Org \d|o\d+\.example/);
      expect(problems.join('\n')).toMatch(file);
      disk.recover(fault);
      const report = await done;
      expect(report.totals).toMatchObject({ rows, created: rows });
      await expectTrue(report, emulator, rows);
      expectSentOnce(emulator);
      expect(stored(/\.tmp$/)).toEqual([]);
    },
  );
});

/** The stored files whose names match. */
const stored = (what: RegExp): string[] =>
  readdirSync(`${rig.store}.files`, { recursive: true, encoding: 'utf8' }).filter((name) => what.test(name));

/** What an operator sees: problems of a pipeline's activities, batches and trackers. */
async function problemsOf(workflowId: string): Promise<string[]> {
  const { workflow } = env.client;
  const pipeline = workflow.getHandle(workflowId);
  const pending = await pendingActivities(env.client, await pipeline.describe());
  const { inFlight = [] } = await pipeline.query(progressQuery);
  const problems = [
    ...pending.map(({ lastError }) => lastError),
    ...inFlight.map(({ problem }) => problem?.message),
  ];
  const query = `WorkflowType = 'trackImport' AND ExecutionStatus = 'Running'`;
  for await (const tracker of workflow.list({ query })) {
    const { problem } = await workflow.getHandle(tracker.workflowId).query(statusQuery);
    problems.push(problem?.message);
  }
  return problems.flatMap((problem) => problem ?? []);
}

import { readdirSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { progressQuery, statusQuery } from '../../src/workflows/messages';
import { pendingActivities } from '../../src/temporal/pending-activities';
import { organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { expectSentOnce, expectTrue } from '../workflows/support/launch-once-rig';
import { startCrashRig, type CrashRig } from './support/crash-rig';

const rows = 30;
const batchSize = 15;
let env: TestWorkflowEnvironment;
let rig: CrashRig | undefined;

beforeAll(async () => {
  env = await startDevServer();
});
afterEach(() => rig?.close());
afterAll(() => env?.teardown());

/** What a pipeline stores when its disk begins to fail: where the fault begins, and the file that cannot be stored. */
const moments = [
  { what: 'its plan', from: /^pipelines/, file: /pipelines\/.*\/plan\.jsonl/, options: {} },
  {
    what: 'what it is about to send',
    from: /^pipelines\/[^/]+\/sent\//,
    file: /pipelines\/.*\/sent\//,
    options: {},
  },
  {
    what: 'the results of a batch',
    from: /^results\//,
    file: /results\//,
    options: { dedupe_by: 'primary_domain' },
  },
] as const;

describe.each([
  { fault: 'full', said: 'ENOSPC: no space left on device' },
  { fault: 'read-only', said: 'EROFS: read-only file system' },
] as const)('a disk that is $fault', ({ fault, said }) => {
  test.each(moments)(
    'makes a pipeline wait that stores $what, and nothing is lost or sent twice',
    async ({ what, from, file, options }) => {
      const name = `${fault} ${what}`;
      rig = await startCrashRig(env, {
        name,
        csv: organizations(rows),
        emulator: { job: { duration: '2s' }, asyncThreshold: 10 },
        firstFault: { fault, from },
      });
      const { disk, emulator, store } = rig;
      const input = { batchSize, maxConcurrentImports: 1, options, pollEvery: '500ms' };
      let isOver = false;
      const done = rig.import(input, []).finally(() => (isOver = true));
      let problems: string[] = [];
      // Until its workflow has started, there is nothing to describe.
      const found = async () => (problems = await problemsOf(name).catch(() => []));
      const isFound = async () => (await found()).some((problem) => file.test(problem));
      await Promise.race([done, until(async () => isOver || (await isFound()))]);
      expect(problems.join('\n')).toMatch(file);
      for (const problem of problems) expect(problem).toContain(said);
      expect(problems.join('\n')).not.toMatch(/Org \d|o\d+\.example/);
      disk.recover(fault);
      const report = await done;
      expect(report.totals).toMatchObject({ rows, created: rows });
      await expectTrue(report, emulator, rows);
      expectSentOnce(emulator);
      expect(storedDrafts(store)).toEqual([]);
    },
  );
});

/** What is left of writes that did not end. */
const storedDrafts = (store: string): string[] =>
  readdirSync(`${store}.files`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tmp'),
  );

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

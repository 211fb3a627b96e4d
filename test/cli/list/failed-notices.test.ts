import { randomUUID } from 'node:crypto';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Finding } from '../../../src/cli/doctor/findings';
import { failedNotices } from '../../../src/temporal/listing/failed-notices';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { prismTeamIdKey } from '../../../src/workflows/messages';
import { startPartialServer, type PartialServer } from '../../support/partial-server';
import { until } from '../../support/until';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli } from '../support/run-cli';
import { ctrlC, killLeftScreens, runOnScreen } from '../support/run-on-screen';

const count = 'CountWorkflowExecutions';

let rig: CliRig;
let way: PartialServer;
let environment: Record<string, string>;

beforeAll(async () => {
  rig = await startCliRig();
  way = await startPartialServer(rig.server.address);
  environment = { ...rig.environment, TEMPORAL_ADDRESS: way.address };
});
afterEach(() => way.fault(count, null));
afterAll(async () => {
  killLeftScreens();
  await way?.close();
  await rig?.close();
});

/** Has one import listed, and so many notices of its team that were not delivered; gives the job's id. */
async function team(teamId: string, notices: number): Promise<string> {
  const { client } = rig.server;
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 });
  await startOrAttachTracker(client, 'prism-imports', { teamId, jobId });
  for (let n = 0; n < notices; n += 1) await failNotice(teamId);
  const at = { address: '', namespace: '' };
  await until(async () => (await failedNotices(client, at, teamId)).count === notices);
  await until(async () => (await list('--team', teamId, '--json')).stdout.includes(jobId));
  return jobId;
}

async function failNotice(teamId: string): Promise<void> {
  const notice = await rig.server.client.workflow.start('deliverNotice', {
    taskQueue: 'nobody',
    workflowId: randomUUID(),
    args: [],
    typedSearchAttributes: new TypedSearchAttributes([{ key: prismTeamIdKey, value: teamId }]),
  });
  await notice.terminate();
}

const list = (...flags: string[]) => runCli(['list', ...flags], environment);
const which = 'temporal workflow list --address ';

test('in JSON each line is an import; the count of failed notices goes to standard error', async () => {
  const jobId = await team('in-json', 2);
  const { code, stdout, stderr } = await list('--team', 'in-json', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ jobId });
  expect(stderr).toMatch(/^Warning: 2 notices to webhooks could not be delivered\. Which: temporal .*\n$/m);
  await team('none-failed', 0);
  expect(await list('--team', 'none-failed', '--json')).toMatchObject({
    ...{ code: 0, stderr: expect.not.stringContaining('Warning') as string },
  });
  expect((await list('--team', 'none-failed')).stdout).not.toContain('webhooks');
});

test.each([
  ['unimplemented', /^Warning: could not count undelivered notices to webhooks: unknown method .*\n$/m],
  ['silent', /^Warning: could not count undelivered notices to webhooks: no answer within 10 s\n$/m],
] as const)('a count that is %s is one line, and the list ends as it would', async (fault, said) => {
  const jobId = await team(fault, 1);
  way.fault(count, fault);
  const [plain, json] = await Promise.all([list('--team', fault), list('--team', fault, '--json')]);
  for (const { code, stdout, stderr } of [plain, json]) {
    expect(code).toBe(0);
    expect(stdout).toContain(jobId);
    expect(stderr).toMatch(said);
  }
});

test('a watched list shows the count below the imports, and is not held up by it', async () => {
  const jobId = await team('watched', 1);
  const run = runOnScreen(['list', '--team', 'watched', '--watch'], environment);
  await run.shows(/^1 notice to webhooks could not be delivered; run `list` without --watch to see which$/m);
  await run.shows(new RegExp(`^processing .*${jobId}$`, 'm'));
  run.type(ctrlC);
  expect(await run.ended).toBe(130);

  way.fault(count, 'silent');
  const held = runOnScreen(['list', '--team', 'watched', '--watch'], environment);
  await held.shows(new RegExp(`^processing .*${jobId}$`, 'm'));
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.server.client.workflow.getHandle(`prism-import/watched/${jobId}`).signal('pollNow');
  await held.shows(new RegExp(`^complete .*${jobId}$`, 'm'));
  held.type(ctrlC);
  expect(await held.ended).toBe(130);
});

test('off a terminal a watched list tells the count when it changes, in JSON on standard error', async () => {
  const jobId = await team('lines', 1);
  const plain = startCli(['list', '--team', 'lines', '--watch'], environment);
  await plain.printed(/^\S+Z {2}1 notice to webhooks could not be delivered\. Which: temporal /m);
  const before = way.calls(count);
  const json = startCli(['list', '--team', 'lines', '--watch', '--json'], environment);
  await json.printed(/^Warning: 1 notice to webhooks could not be delivered\. Which: temporal /m);
  // Lists go on meanwhile; it is not counted again with each.
  const lists = way.calls('ListWorkflowExecutions');
  await until(() => way.calls('ListWorkflowExecutions') >= lists + 8);
  expect(way.calls(count) - before).toBe(1);
  for (const run of [plain, json]) run.kill('SIGINT');
  const [{ stdout }, ended] = await Promise.all([plain.ended, json.ended]);
  expect(stdout.match(/webhooks/g)).toHaveLength(1);
  expect(ended.code).toBe(130);
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({ jobId, before: null, after: 'processing' });
});

test('doctor warns of notices that were not delivered, or that it cannot count them', async () => {
  await team('doctor', 1);
  const examine = async () => {
    const { code, stdout } = await runCli(['doctor', '--no-api', '--json'], environment);
    const found = (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'Notices');
    return { code, ...found };
  };
  expect(await examine()).toMatchObject({
    code: 0,
    level: 'warning',
    seen: expect.stringMatching(/^\d+ notices? to webhooks could not be delivered$/) as string,
    fix: expect.stringContaining(which) as string,
  });
  way.fault(count, 'silent');
  expect(await examine()).toMatchObject({
    level: 'warning',
    seen: expect.stringContaining(
      'could not count undelivered notices to webhooks: no answer within 10 s',
    ) as string,
  });
});

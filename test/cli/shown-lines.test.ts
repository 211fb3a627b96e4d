import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { trackerWorkflowId } from '../../src/core/ids';
import { startPipeline } from '../../src/temporal/pipelines';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { prismJobIdKey, prismTeamIdKey } from '../../src/workflows/messages';
import { hostileIds, hostileWorkflowIds, typed, type SeenCommand } from '../support/shown-lines';
import { startDevServer } from '../support/temporal';
import { killLeftCli, runCli, startCli } from './support/run-cli';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startDevServer();
});
afterAll(async () => {
  killLeftCli();
  await server?.teardown();
});

const shells = ['sh', 'bash'];
const taskQueue = 'nobody';
const teamId = 'team `touch touched`';
const environment = () => ({ TEMPORAL_ADDRESS: server.address, MICRO_TEAM_ID: 'team-1' });
const place = () => ['--address', server.address, '--namespace', 'default', '--workflow-id'];

/** The code spans of Markdown that are command lines. */
const spans = (markdown: string) =>
  [...markdown.matchAll(/`((?:temporal|prism-imports) [^`]*)`/g)].map(([, line = '']) => line);
/** The lines of a page of `describe` that can be typed. */
const acts = (page: string) =>
  [...page.matchAll(/^[A-Z][a-z ]+: +((?:temporal|prism-imports) .*)$/gm)].map(([, line = '']) => line);

/** The lines below sentences: each is a whole row, so that nothing else is copied with it. */
const below = (output: string) =>
  [...output.matchAll(/^ {2}((?:temporal|prism-imports) .*)$/gm)].map(([, line = '']) => line);

async function expectTyped(lines: string[], expected: SeenCommand[]): Promise<void> {
  for (const shell of shells) expect(await typed(shell, lines)).toEqual(expected);
}

test('the lines in the details of a tracker hold the exact id, whatever it is', async () => {
  const lines: string[] = [];
  const expected: SeenCommand[] = [];
  for (const jobId of hostileIds) {
    const { workflowId } = await startOrAttachTracker(server.client, taskQueue, { teamId, jobId });
    lines.push(...spans((await detailsOf(workflowId)) ?? ''));
    const target = ['--namespace', 'default', '--workflow-id', trackerWorkflowId(teamId, jobId)];
    expected.push(
      ['temporal', 'workflow', 'query', ...target, '--type', 'status'],
      ['temporal', 'workflow', 'signal', ...target, '--name', 'pollNow'],
      ['temporal', 'workflow', 'cancel', ...target],
    );
  }
  await expectTyped(lines, expected);
});

test('the lines in the details of a pipeline hold the exact id, whatever it is', async () => {
  const source = { uri: 'file:///rows.csv', format: 'csv' as const };
  const input = { teamId, objectType: 'contact' as const, source, options: {} };
  const lines: string[] = [];
  const expected: SeenCommand[] = [];
  for (const id of hostileWorkflowIds) {
    const { workflowId } = await startPipeline(server.client, taskQueue, input, `details ${id}`);
    lines.push(...spans((await detailsOf(workflowId)) ?? ''));
    const target = ['--namespace', 'default', '--workflow-id', workflowId];
    expected.push(
      ['temporal', 'workflow', 'query', ...target, '--type', 'progress'],
      ['temporal', 'workflow', 'cancel', ...target],
    );
  }
  await expectTyped(lines, expected);
});

const detailsOf = async (workflowId: string) =>
  (await server.client.workflow.getHandle(workflowId).describe()).staticDetails();

test('the lines that describe prints hold the exact ids, while an import goes on and after', async () => {
  const lines: string[] = [];
  const expected: SeenCommand[] = [];
  await Promise.all(
    hostileWorkflowIds.map(async (id, index) => {
      const jobId = hostileIds[index % hostileIds.length] ?? '';
      const handle = await server.client.workflow.start('trackImport', {
        taskQueue,
        workflowId: id,
        args: [{ teamId, jobId }],
        typedSearchAttributes: [
          { key: prismTeamIdKey, value: teamId },
          { key: prismJobIdKey, value: jobId },
        ],
      });
      if (index % 2 === 0) await handle.terminate();
    }),
  );
  const pages = await fourAtOnce(hostileWorkflowIds, (id) =>
    runCli(['describe', '--', id], { ...environment(), MICRO_TEAM_ID: '' }),
  );
  expect(pages.map(({ code }) => code)).toEqual(pages.map(() => 0));
  for (const [index, id] of hostileWorkflowIds.entries()) {
    const jobId = hostileIds[index % hostileIds.length] ?? '';
    lines.push(...acts(pages[index]?.stdout ?? ''));
    const track = jobId.startsWith('-')
      ? ['track', '--team', teamId, '--', jobId]
      : ['track', jobId, '--team', teamId];
    expected.push(
      ...(index % 2 === 0
        ? [['prism-imports', ...track] as SeenCommand]
        : [
            ['temporal', 'workflow', 'signal', ...place(), id, '--name', 'pollNow'] as SeenCommand,
            ['temporal', 'workflow', 'cancel', ...place(), id] as SeenCommand,
          ]),
      ['temporal', 'workflow', 'show', ...place(), id],
    );
  }
  await expectTyped(lines, expected);
});

/** The machine is not to be flooded with processes. */
async function fourAtOnce<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let first = 0; first < all.length; first += 4)
    done.push(...(await Promise.all(all.slice(first, first + 4).map(work))));
  return done;
}

test('the lines below sentences hold the exact ids', async () => {
  const ids = ['-a`touch touched`', 'b\n`touch touched`\u202e'];
  const lines: string[] = [];
  for (const workflowId of ids) {
    await server.client.workflow.start('importRecords', { taskQueue, workflowId, args: [{}] });
    const run = startCli(['import', '--attach', workflowId], environment());
    await run.printed(/Following workflow/);
    run.kill('SIGTERM');
    lines.push(...below((await run.ended).stderr));
    lines.push(...below((await runCli(['results', '--', workflowId], environment())).stderr));
  }
  await expectTyped(
    lines,
    ids.flatMap((id): SeenCommand[] => [
      ['prism-imports', 'import', '--attach', id],
      ['prism-imports', 'import', '--attach', id],
    ]),
  );
});

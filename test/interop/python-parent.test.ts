import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { trackerWorkflowId } from '../../src/core/ids';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { statusQuery } from '../../src/workflows/messages';
import { historyTexts, pathsOf } from '../codec/support/history-texts';
import { until } from '../support/until';
import { createImport, startRestingTracker, type SomeImport } from './support/caller-imports';
import { startCallerSite, type CallerSite } from './support/caller-site';
import { inputOf, signalsOf, startOf, waitsOfPages } from './support/histories';
import { pythonWith } from './support/python';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const example = join(root, 'examples', 'python');

let python: string;
let site: CallerSite;

beforeAll(async () => {
  python = await pythonWith(join(example, 'requirements.txt'));
  site = await startCallerSite();
});
afterAll(() => site?.close());

/** What a program in Python prints, as JSON. */
async function printed<T>(program: string, parameters: string[], environment = {}): Promise<T> {
  const { stdout } = await run(python, [program, ...parameters], {
    env: { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1', ...environment },
    timeout: 300_000,
  });
  return JSON.parse(stdout) as T;
}

/** What the example prints in this mode. */
function answer<T>(
  mode: string,
  options: Record<string, string>,
  environment = {},
  flags: string[] = [],
): Promise<T> {
  const places = { '--address': site.server.address, '--base-url': site.emulator.baseUrl };
  const parameters = Object.entries({ '--mode': mode, ...places, ...options }).flat();
  return printed(join(example, 'main.py'), [...parameters, ...flags], environment);
}

const optionsOf = ({ teamId, jobId }: SomeImport) => ({ '--team': teamId, '--job': jobId });

describe('a parent in Python', () => {
  test.each([
    { title: 'awaits', mode: 'await', signalled: false, continued: false },
    { title: 'is signalled', mode: 'abandon', signalled: true, continued: false },
    { title: 'continues as new in between', mode: 'continue-as-new', signalled: true, continued: true },
  ])('$title', async ({ mode, signalled, continued }) => {
    const [teamId, workflowId] = [randomUUID(), `example-python/${randomUUID()}`];
    const end = await answer<ImportEnd>(mode, { '--team': teamId, '--workflow-id': workflowId });
    expect(end).toMatchObject({ status: 'complete', teamId, job: { total: 120, succeeded: 120, failed: 0 } });
    expect(site.emulator.controller.counts(teamId).contact).toBe(120);

    const { signals, isContinued } = await signalsOf(site, workflowId);
    expect([signals.includes('importFinished'), isContinued]).toEqual([signalled, continued]);
  });

  test.each([
    { title: 'awaits a tracker', mode: 'await' },
    { title: 'waits for the signal of a tracker', mode: 'abandon' },
  ])('that $title on a queue nobody serves fails in time and names the queue', async ({ mode }) => {
    const failing = answer(mode, { '--tracker-queue': 'prism-import', '--wait-seconds': '2' });
    await expect(failing).rejects.toThrow(/sent no outcome within 0:00:04: .* the task queue prism-import\?/);
  });

  test('joins a tracker that runs, starts one that does not, and escapes the ids', async () => {
    const odd = await createImport(site, 3, 0, `50%/${randomUUID()}/ä b`);
    expect(await answer('join', optionsOf(odd))).toMatchObject({ status: 'complete', ...odd });

    const slow = { teamId: odd.teamId, jobId: randomUUID() };
    await site.emulator.controller.createJob({ ...slow, total: 3, duration: 4000 });
    const running = await startOrAttachTracker(site.server.client, 'prism-imports', slow);
    expect(await answer('join', optionsOf(slow))).toMatchObject({ status: 'complete', ...slow });
    expect(await running.result()).toMatchObject({ tracking: { undelivered: [] } });
    const { signals } = await signalsOf(site, trackerWorkflowId(slow.teamId, slow.jobId));
    expect(signals).toContain('subscribe');
  });

  test('reads results in pages', async () => {
    const workflowId = `example-python/${randomUUID()}`;
    const options = { ...optionsOf(await createImport(site, 5000, 4000)), '--workflow-id': workflowId };
    const found = await answer<{ inline: number; pages: number; indexes: number[] }>('failed-rows', options);
    expect(found.inline).toBeGreaterThan(100);
    expect(found.inline).toBeLessThan(4000);
    expect(found.pages).toBeGreaterThan(3);
    expect(found.indexes).toEqual(Array.from({ length: 4000 }, (_, index) => index));
    expect(new Set(await waitsOfPages(site, workflowId))).toEqual(new Set([600]));
  });

  test('has the failed rows in its outcome where there are few', async () => {
    const options = optionsOf(await createImport(site, 50, 3));
    expect(await answer('failed-rows', options)).toEqual({ inline: 3, pages: 0, indexes: [0, 1, 2] });
  });

  test('fails where it needs results and the import ends without', async () => {
    const lost = answer('failed-rows', { '--team': randomUUID(), '--job': 'never-made' });
    await expect(lost).rejects.toThrow('The import is expired');
  });

  test('reads results from S3', async () => {
    const options = optionsOf(await createImport(site, 5000, 40));
    const count = await answer('stored-rows', options, site.bucketAccess);
    expect(count).toEqual({ rows: 5000, created: 4960, failed: 40 });
  });

  test('sends typed nulls, durations and times', async () => {
    const [teamId, workflowId] = [randomUUID(), `example-python/${randomUUID()}`];
    const options = { '--team': teamId, '--workflow-id': workflowId, '--wait-seconds': '5400' };
    expect(await answer('await', options)).toMatchObject({ status: 'complete', teamId });
    const input = await inputOf(site, `${workflowId}/import`);
    expect(input).toMatchObject({ waitTimeout: 'PT1H30M', polling: null, results: null, notify: null });
    expect(input['submittedAt']).toMatch(/^20.*\.\d{6}(Z|\+00:00)$/);
  });

  test('gives a tracker without a wait 9 days', async () => {
    const workflowId = `example-python/${randomUUID()}`;
    const options = { '--workflow-id': workflowId, '--wait-seconds': '0' };
    expect(await answer('abandon', options)).toMatchObject({ status: 'complete' });
    const { limitSeconds } = await startOf(site, `${workflowId}/import`);
    expect(limitSeconds).toBe(9 * 24 * 3600);
  });

  test('takes fields and statuses of later releases', async () => {
    const program = [
      'import sys; sys.path.insert(0, sys.argv[1])',
      'from prism_imports import ImportEnd',
      'print(ImportEnd.model_validate_json(sys.argv[2]).model_dump_json(by_alias=True, exclude_unset=True))',
    ].join('\n');
    const later = { status: 'paused', teamId: 't', jobId: 'j', since: 1, job: { total: null, more: {} } };
    expect(await printed('-c', [program, example, JSON.stringify(later)])).toEqual(later);
  });

  describe('with encrypted payloads', () => {
    const [keys, mark] = [`k1:${randomBytes(32).toString('base64')}`, 'Marked-Secret'];
    const encrypted = { PRISM_ENCRYPTION_KEYS: keys };
    const shown = async (teamId: string) =>
      pathsOf(await historyTexts(site.server.client), teamId).filter(
        (path) => !path.includes('earchAttributes'),
      );

    test('uses the codec', async () => {
      const [queue, teamId] = ['encrypted', mark + randomUUID()];
      const worker = await site.startWorker({ ...encrypted, PRISM_TASK_QUEUE: queue });
      try {
        const options = { '--team': teamId, '--tracker-queue': queue };
        expect(await answer('continue-as-new', options, encrypted)).toMatchObject({
          status: 'complete',
          teamId,
        });
        expect(await shown(teamId)).toEqual([]);
      } finally {
        await worker.stop();
      }
    });

    test('uses a codec for all but the tracker, whose worker has none', async () => {
      const [teamId, workflowId] = [mark + randomUUID(), `example-python/${randomUUID()}`];
      const options = { '--team': teamId, '--workflow-id': workflowId };
      const end = await answer('await', options, encrypted, ['--except-trackers']);
      expect(end).toMatchObject({ status: 'complete', teamId });
      const starts = await Promise.all([workflowId, `${workflowId}/import`].map((id) => startOf(site, id)));
      expect(starts.map(({ encoding }) => encoding)).toEqual(['binary/encrypted', 'json/plain']);

      const followed = await createImport(site, 5000, 4000);
      const found = await answer('failed-rows', optionsOf(followed), encrypted, ['--except-trackers']);
      expect(found).toMatchObject({ indexes: { length: 4000 } });
      const joined = await answer('join', optionsOf(followed), encrypted, ['--except-trackers']);
      expect(joined).toMatchObject({ status: 'complete', ...followed });
    });
  });

  /** A program whose workflow does what the README's lines in Python do, and which prints how the import ended. */
  const programOf = (lines: string): string => `
import asyncio, json, os, sys
from datetime import timedelta
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

@workflow.defn
class Parent:
    @workflow.run
    async def run(self, team_id: str, job_id: str, submitted_at: str) -> dict:
${lines.replace(/^/gm, '        ')}
        return end

async def main(address, workflow_id, *given):
    client = await Client.connect(address)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=workflow_id, workflows=[Parent], workflow_runner=runner):
        end = await client.execute_workflow(Parent.run, args=given, id=workflow_id, task_queue=workflow_id)
    print(json.dumps(end), flush=True)
    os._exit(0)

asyncio.run(main(*sys.argv[1:]))
`;

  test('awaits an import by the lines of the README', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, lines = ''] = /^```python\n(.*?)^```$/ms.exec(readme) ?? [];
    const { teamId, jobId } = await createImport(site, 7, 0);
    const folder = mkdtempSync(join(tmpdir(), 'readme-python-'));
    try {
      const program = join(folder, 'parent.py');
      writeFileSync(program, programOf(lines.trimEnd()));
      const parameters = [site.server.address, `readme/${jobId}`, teamId, jobId, new Date().toISOString()];
      expect(await printed(program, parameters)).toMatchObject({ status: 'complete', teamId, jobId });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the complete parent of the page', () => {
  const program = join(example, 'await_import.py');
  const printedFor = ({ teamId, jobId }: SomeImport) =>
    printed<ImportEnd>(program, [teamId, jobId], { TEMPORAL_ADDRESS: site.server.address });

  test('awaits an import, and needs only Temporal', async () => {
    const made = await createImport(site, 120, 0);
    expect(await printedFor(made)).toMatchObject({ status: 'complete', ...made, resultsOmitted: false });
    const imported = [...readFileSync(program, 'utf8').matchAll(/^(?:from|import) (\w+)/gm)];
    const standard = ['asyncio', 'json', 'os', 'sys', 'datetime', 'typing'];
    expect(new Set(imported.map(([, name]) => name))).toEqual(new Set([...standard, 'temporalio']));
  });

  test('fails unless the import is complete', async () => {
    const unknown = printedFor({ teamId: randomUUID(), jobId: 'never-made' });
    await expect(unknown).rejects.toThrow('The import is expired');
  });
});

describe('a program in Python', () => {
  test('queries', async () => {
    const { tracker, ...found } = await startRestingTracker(site);
    const state = await answer('status', optionsOf(found));
    expect(state).toMatchObject({ phase: 'waiting', job: null, polls: 0, problem: null });
    await tracker.terminate();
  });

  test('updates', async () => {
    const { tracker, ...found } = await startRestingTracker(site);
    expect(await answer('set-polling', optionsOf(found))).toMatchObject({ phase: 'waiting', problem: null });
    await until(async () => (await tracker.query(statusQuery)).job !== null);
    const job = { job_id: found.jobId, status: 'processing', total: 1000 };
    expect(await answer('status', optionsOf(found))).toMatchObject({ job });
    await tracker.terminate();
  });
});

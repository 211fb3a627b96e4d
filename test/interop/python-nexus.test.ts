import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { withoutAccounts } from '../../src/config/config';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import type { TrackingState } from '../../src/core/tracker/status';
import { callersNamespace, makeEndpoint, withCallers } from '../support/nexus-callers';
import type { SomeImport } from './support/caller-imports';
import { cancelCallerByNexus } from './support/nexus-cancellation';
import { pythonWith } from './support/python';
import { startSite, type Scenario } from './support/scenario';

const example = join(__dirname, '..', '..', 'examples', 'python');
const teamId = randomUUID();

let python: string;
let site: Scenario;
let endpoint: string;

beforeAll(async () => {
  python = await pythonWith(join(example, 'requirements.txt'));
  site = await startSite(withCallers, {}, async ({ server }) => {
    endpoint = await makeEndpoint(server, 'prism-imports');
  });
});

afterAll(() => site?.close());

interface Printed {
  state: TrackingState;
  end: ImportOutcome;
}

/** What the example prints that awaits the import from the other namespace. */
async function awaited(followed: SomeImport, more: string[] = [], environment = {}): Promise<Printed> {
  const places = ['--address', site.server.address, '--namespace', callersNamespace, '--endpoint', endpoint];
  const ids = ['--team', followed.teamId, '--job', followed.jobId];
  const parameters = [join(example, 'nexus_parent.py'), ...places, ...ids, ...more];
  const { stdout } = await promisify(execFile)(python, parameters, {
    env: { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1', ...environment },
    timeout: 300_000,
  });
  return JSON.parse(stdout) as Printed;
}

/** An import that is over, and the option by which its tracker waits until it is asked to poll. */
async function finishedImport(): Promise<SomeImport> {
  const jobId = randomUUID();
  await site.emulator.controller.createJob({ teamId, jobId, total: 7, duration: 0 });
  return { teamId, jobId };
}
const untilAsked = ['--interval', '1h'];

/** How a parent's input was encoded, and for each of its operations that of what it sends, and its limit in seconds. */
async function sentBy(workflowId: string): Promise<{ given: string; operations: [string, number][] }> {
  const { workflow } = new Client({ connection: site.server.connection, namespace: callersNamespace });
  const events = (await workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  const encoding = (payload?: { metadata?: Record<string, Uint8Array> | null } | null) =>
    Buffer.from(payload?.metadata?.['encoding'] ?? []).toString();
  return {
    given: encoding(events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]),
    operations: events.flatMap(({ nexusOperationScheduledEventAttributes: scheduled }) =>
      scheduled ? [[encoding(scheduled.input), Number(scheduled.scheduleToCloseTimeout?.seconds)]] : [],
    ),
  };
}

test('calls by Nexus', async () => {
  const followed = await finishedImport();
  const { state, end } = await awaited(followed, untilAsked);
  expect(state).toMatchObject({ phase: 'waiting', polls: 0 });
  expect(end).toMatchObject({ status: 'complete', ...followed, job: { total: 7, succeeded: 7 } });
});

test('a parent in Python in another namespace encrypts all but what the service is to read', async () => {
  const followed = await finishedImport();
  const keys = { PRISM_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` };
  const workflowId = `example-python-nexus/${randomUUID()}`;
  const options = [...untilAsked, '--except-trackers', '--workflow-id', workflowId];
  const { state, end } = await awaited(followed, options, keys);
  expect(state).toMatchObject({ phase: 'waiting', polls: 0 });
  expect(end).toMatchObject({ status: 'complete', ...followed });
  expect(await sentBy(workflowId)).toEqual({
    given: 'binary/encrypted',
    operations: [
      ['json/plain', 9 * 24 * 3600],
      ['json/plain', 60],
      ['json/plain', 60],
    ],
  });
});

test('a parent in Python that is cancelled goes on at once, while the tracker follows for others', async () => {
  const cancelled = await cancelCallerByNexus(site, (followed, workflowId) =>
    awaited(followed, ['--workflow-id', workflowId]),
  );
  expect(cancelled).toEqual({ failure: expect.stringMatching(/cancell?ed/i) as string, tracker: 'RUNNING' });
});

test('a parent in Python is refused an input by the type InvalidInput, at once', async () => {
  const refused = awaited({ teamId, jobId: '.' });
  await expect(refused).rejects.toThrow(/ApplicationError: InvalidInput: jobId: saw "\."/);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { withoutAccounts } from '../../src/config/config';
import { until } from '../support/until';
import { pythonWith } from './support/python';
import { killLeftRehearsals, startRehearsal, takeUsualPorts, type RehearsalSite } from './support/rehearsal';

const example = join(__dirname, '..', '..', 'examples', 'python');
const queue = 'example-pipeline-python';
const parents: ChildProcess[] = [];
const connections: Connection[] = [];
let python: string;
let releasePorts: (() => void) | undefined;

beforeAll(async () => {
  releasePorts = await takeUsualPorts();
  python = await pythonWith(join(example, 'requirements.txt'));
});
afterAll(async () => {
  killLeftRehearsals();
  for (const parent of parents) parent.kill('SIGKILL');
  for (const connection of connections) await connection.close();
  releasePorts?.();
});

/** Starts the example with its worker; it ends with its workflow. */
function startParent({ address, baseUrl }: RehearsalSite, workflowId: string, more: string[] = []) {
  const places = ['--address', address, '--base-url', baseUrl, '--workflow-id', workflowId];
  const parameters = [join(example, 'main.py'), '--wait-seconds', '0', ...places, ...more];
  const env = { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1' };
  const parent = spawn(python, parameters, { env, stdio: 'ignore' });
  parents.push(parent);
  return { parent, ended: once(parent, 'exit') };
}

test('says once which workflow waits for a killed worker, and once that a worker is back', async () => {
  const { rehearsal, site } = await startRehearsal(['--job-duration', '5d']);
  const connection = await Connection.connect({ address: site.address });
  connections.push(connection);
  const workflowId = `example-python/${randomUUID()}`;
  const waiting = new Client({ connection }).workflow.getHandle(workflowId);
  const killed = startParent(site, workflowId);
  await until(async () =>
    (await (await fetch(`${site.adminUrl}/journal?operation=status`)).text()).includes('200'),
  );
  killed.parent.kill('SIGKILL');
  const [line] = await rehearsal.printed(new RegExp(`^No worker polls the task queue ${queue}: .*\n`, 'm'));
  expect(line).toMatch(new RegExp(`: ${workflowId} has waited for \\d+ s\\. Start your worker`));
  expect(line).toContain(`TEMPORAL_ADDRESS=${site.address}`);
  expect((await waiting.describe()).status.name).toBe('RUNNING');

  const back = startParent(site, `example-python/${randomUUID()}`);
  await rehearsal.printed(new RegExp(`^A worker polls the task queue ${queue} now\\.\n`, 'm'));
  expect(await waiting.result()).toMatchObject({ status: 'complete' });
  expect(await back.ended).toEqual([0, null]);

  rehearsal.kill('SIGINT');
  const { code, stderr } = await rehearsal.ended;
  expect(code).toBe(0);
  const ofQueue = stderr.match(new RegExp(`^(No|A) worker polls the task queue ${queue}(?=:| now)`, 'gm'));
  expect(ofQueue?.map((found) => found.split(' ')[0])).toEqual(['No', 'A']);
});

test('ends with the reason when nobody serves the task queue that a tracker was started on', async () => {
  const { rehearsal, site } = await startRehearsal(['--worker-timeout', '20s']);
  startParent(site, `example-python/${randomUUID()}`, ['--tracker-queue', 'prism-import']);
  const [line] = await rehearsal.printed(/^No worker polls the task queue prism-import: .*\n/m);
  expect(line).toMatch(/\. Start trackImport on the task queue prism-imports/);
  const { code, stderr } = await rehearsal.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /\nThe rehearsal has ended: .+ waited for (?:20|[2-9]\d) s, but no worker polled the task queue prism-import\.\n/,
  );
});

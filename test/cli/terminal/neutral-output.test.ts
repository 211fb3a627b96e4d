import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { startDevServer } from '../../support/temporal';
import { until } from '../../support/until';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli, startCliOnTerminal } from '../support/run-cli';

/** Commands to a terminal, C1, direction marks, zero-width characters, separators; and a line that is not ours. */
const nasty = '\u001b[2J\u009b31m\u0007\u007f\u202e\u2066\u200f\u061c\u200b\ufeff\u2028\u0085 \u{e0041} end';
const forged = `${nasty}\nProblem    none\r\n`;
/** A job's id, which the API may have made; controls are refused in ids. */
const jobId = 'imp-\u202e\u2066\u200b\u2028=1';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

/** Nothing but characters that can be seen, line feeds and tabs. */
function expectNeutral(...outputs: string[]): void {
  // eslint-disable-next-line no-control-regex -- control characters are what must not be there
  for (const text of outputs) expect(text.match(/(?![\n\t])[\u0000-\u001f\p{C}\p{Zl}\p{Zp}]/u)).toBeNull();
}

async function run(...parameters: string[]) {
  const end = await runCli(parameters, rig.environment);
  expectNeutral(end.stdout, end.stderr);
  return end;
}

const results = [
  {
    id: null,
    status: 'failed',
    error: { code: `=1+1${nasty}`, message: `@SUM(A1)${forged}` },
    input_index: 0,
  },
  { id: `-2+3${nasty}`, status: 'created', error: null, input_index: 1 },
];

test('what an import brings is neutral in track, describe, results and list, and exact as JSON', async () => {
  await rig.emulator.controller.createJob({ teamId: 'team-1', jobId, results, total: 2, duration: 0 });
  expect((await run('track', jobId)).code).toBe(4);
  const tracked = await run('track', jobId, '--json');
  expect(JSON.parse(tracked.stdout)).toMatchObject({ jobId, job: { results } });
  await run('describe', jobId);
  await run('describe', jobId, '--json');
  await run('results', jobId, '--format', 'table');
  await run('lab', 'export');
  const rows = (await run('results', jobId)).stdout.trimEnd().split('\n');
  expect(rows.map((line) => JSON.parse(line) as object)).toMatchObject([
    { error_code: results[0]?.error?.code, error_message: results[0]?.error?.message },
    { id: results[1]?.id },
  ]);
  const { stdout } = await run('results', jobId, '--format', 'csv');
  expect(stdout).toContain(`1,failed,,'=1+1`);
  expect(stdout).toContain(`,"'@SUM(A1)`);
  expect(stdout).toContain(`2,unknown,'-2+3`);
  await run('list');
  const [listed] = (await run('list', '--json')).stdout.split('\n');
  expect(JSON.parse(listed ?? '')).toMatchObject({ jobId });
});

test('a failed import and an unknown status cannot command a terminal', async () => {
  const failed = { failed: { code: nasty, message: forged } };
  await rig.emulator.controller.createJob({
    teamId: 'team-1',
    jobId: 'failed',
    total: 2,
    duration: 0,
    end: failed,
  });
  const { stdout } = await run('track', 'failed');
  expect(stdout.match(/^Problem/m)).toBeNull();
  await rig.emulator.controller.createJob({ teamId: 'team-1', jobId: 'odd', total: 2, duration: 3_600_000 });
  rig.emulator.controller.addRule({
    operation: 'status',
    path: '/odd$',
    times: 3,
    respond: { status: 503, body: { error: { code: nasty, message: forged } } },
  });
  rig.emulator.controller.addRule({
    operation: 'status',
    path: '/odd$',
    alter: { fields: { status: forged } },
  });
  const following = startCli(['track', 'odd', '--wait-timeout', '8s'], rig.environment);
  const { code, stdout: seen, stderr } = await following.ended;
  expect(code).toBe(6);
  expectNeutral(seen, stderr);
  await run('describe', 'odd');
  await run('list', '--status', 'timed_out');
});

test('a file and a pipeline cannot command a terminal; the CSV report holds no formula', async () => {
  const rows = ['name,primary_domain,=cmd()', `"${nasty}",a.test,x`, `ragged ${nasty}`, 'B,b.test,x'];
  const file = await rig.file('rows.csv', rows.join('\n'));
  rig.emulator.controller.addRule({
    operation: 'import',
    job: { rows: [{ every: 1, error: results[0]?.error ?? {} }] },
  });
  await run('import', file, '--object-type', 'organization', '--dry-run');
  const id = `pipe\u202e\u001b[2J\n${'line'}`;
  const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--id', id];
  await run('import', file, ...flags);
  const { stdout } = await run('import', '--attach', id, '--json');
  const report = JSON.parse(stdout) as ImportReport;
  await run('describe', id);
  await run('list', '--pipelines');
  await run('results', id);
  const written = await readFile(fileURLToPath(report.reportUri), 'utf8');
  expect(written).toContain(`1,2,failed,,'=1+1`);
  expect(written).not.toMatch(/(^|,)"?[=+@-]/m);
  // The failed rows are to be imported again: they stay as they were, formulas and all.
  const failedRows = await readFile(fileURLToPath(report.failedRowsUri ?? ''), 'utf8');
  expect(failedRows.split('\n')[0]).toBe('name,primary_domain,=cmd()');
});

test('a terminal gets our own sequences only', async () => {
  const { stdout } = await startCliOnTerminal(['list'], rig.environment).ended;
  // eslint-disable-next-line no-control-regex -- the sequences that set colours, and a terminal's line ends
  expectNeutral(stdout.replace(/\u001b\[\d+(;\d+)*m/g, '').replaceAll('\r\n', '\n'));
});

test('doctor, setup and errors are neutral too', async () => {
  await run('doctor', '--team', 'team\u202e\u2066');
  await run('setup');
  await run('describe', `none${nasty}`);
  await run('results', `none${nasty}`);
  await run('track', `none${nasty}`);
  await run('list', '--team', `none${nasty}`);
  await run(`--${nasty}`);
  await run('import', `/nowhere/${nasty}`, '--object-type', 'organization');
  const elsewhere = { ...rig.environment, TEMPORAL_NAMESPACE: `none${nasty}` };
  const { stdout, stderr } = await runCli(['list'], elsewhere);
  expectNeutral(stdout, stderr);
});

test('the lines of a worker are JSON without anything unseen', async () => {
  const server = await startDevServer();
  let worker: WorkerProcess | null = null;
  try {
    rig.emulator.controller.addRule({
      operation: 'status',
      respond: { status: 401, body: { error: { code: nasty, message: forged } } },
    });
    const environment = { ...rig.environment, TEMPORAL_ADDRESS: server.address, PRISM_LOG_LEVEL: 'debug' };
    worker = await startWorkerProcess({ environment });
    const { code, stderr } = await runCli(['track', jobId], environment);
    expect(code).toBe(1);
    expectNeutral(stderr);
    const running = worker;
    await until(() => running.log().includes('answered 401'));
    expectNeutral(worker.log());
  } finally {
    await worker?.stop();
    await server.teardown();
  }
});

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli } from '../support/run-cli';

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig.close());

test('a source that changes after the start is an error, and none of how the command was called', async () => {
  const path = await rig.file('changes.csv', 'name\nA\nB\n');
  const uploads = join((rig.environment['PRISM_STORAGE'] ?? '').replace('file:', ''), 'uploads');
  rig.emulator.controller.addRule({
    operation: 'import',
    times: 1,
    respond: () => {
      const copy = readdirSync(uploads).find((name) => name.endsWith('.csv')) ?? '';
      writeFileSync(join(uploads, copy), 'name\nA\nC\n');
      return undefined;
    },
  });
  const flags = ['--object-type', 'organization', '--batch-size', '1', '--max-concurrent-imports', '1'];
  const { code, stdout, stderr } = await runCli(
    ['import', path, ...flags, '--id', 'changes'],
    rig.environment,
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/SourceInvalid: .*changed/);
  expect(stdout).toMatch(/^2 rows = 1 created \+ 1 failed\nReport: file:.*report\.csv\n/);
  const attached = await runCli(['import', '--attach', 'changes', '--json'], rig.environment);
  const report = {
    failure: expect.stringMatching(/SourceInvalid/) as string,
    reportUri: expect.stringMatching(/report\.csv$/) as string,
    totals: { rows: 2, created: 1, failed: 1 },
  };
  expect(attached.code).toBe(1);
  expect(JSON.parse(attached.stdout)).toMatchObject(report);
  const described = await runCli(['describe', 'changes', '--json'], rig.environment);
  const { reportUri, totals } = report;
  expect(JSON.parse(described.stdout)).toMatchObject({ report: { reportUri, totals } });
  expect((await runCli(['describe', 'changes'], rig.environment)).stdout).toMatch(/Rows +2 rows = 1 created/);
  const results = await runCli(['results', 'changes', '--json'], rig.environment);
  expect(results).toMatchObject({ code: 1, stderr: expect.stringMatching(/SourceInvalid/) as string });
  const rows = results.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(rows).toMatchObject([
    { row: 1, outcome: 'created' },
    { row: 2, outcome: 'failed' },
  ]);
  expect(rig.emulator.controller.counts('team-1').organization).toBe(1);
});

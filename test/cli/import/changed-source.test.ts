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
  const { code, stderr } = await runCli(['import', path, ...flags], rig.environment);
  expect(code).toBe(1);
  expect(stderr).toMatch(/SourceInvalid: .*changed/);
  expect(rig.emulator.controller.counts('team-1').organization).toBe(1);
});

import { join } from 'node:path';
import { TemporaryFiles } from '../support/temporary-files';
import { drawPlan } from './support/plan';
import { help, readOptions } from './support/options';

const files = new TemporaryFiles();
afterAll(() => files.remove());

test('a plan is drawn by seed, minutes, numbers and store', async () => {
  const given = ['--seed', 'S', '--minutes', '0.5', '--imports', '7', '--store', 'disk', '--json'];
  const plan = drawPlan('S', { durationMs: 30_000, imports: 7, pipelines: 2, store: 'disk' });
  expect(await readOptions(given)).toEqual({ plan, json: true, maxRuns: 12 });
});

test('a plan that was saved is run as it is', async () => {
  const plan = drawPlan('S', { durationMs: 30_000, imports: 7, pipelines: 2 });
  files.write('saved.json', JSON.stringify(plan));
  expect(await readOptions(['--plan', join(files.folder, 'saved.json')])).toMatchObject({ plan });
});

test('--help names every option', async () => {
  expect(await readOptions(['--help'])).toBeNull();
  for (const option of ['seed', 'minutes', 'imports', 'pipelines', 'store', 'plan', 'shrink', 'json'])
    expect(help).toContain(`--${option}`);
});

test.each([
  { given: ['--minutes', 'ten'], message: '--minutes: saw "ten", expected a number from 0.1 to 100000' },
  { given: ['--store', 'tape'], message: '--store: saw "tape", expected s3 or disk' },
  { given: ['--plan', join(files.folder, 'none.json')], message: '--plan: ENOENT' },
  { given: ['--hours', '1'], message: "Unknown option '--hours'" },
])('$given is refused', async ({ given, message }) => {
  await expect(readOptions(given)).rejects.toThrow(message);
});

test('a file that is no plan is refused with what is wrong in it', async () => {
  files.write('plan.json', JSON.stringify({ seed: 'one', events: [] }));
  const given = ['--plan', join(files.folder, 'plan.json')];
  await expect(readOptions(given)).rejects.toThrow(/is no plan of this program: [^]*durationMs/);
});

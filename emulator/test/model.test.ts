import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorOptions } from '../src';
import { start } from './support/client';
import { expectAll } from './model/agreement';
import { clockSteps, jobSteps, killSteps, resetSteps } from './model/control-steps';
import { failsAt, jobError } from './model/job';
import { teams } from './model/launch';
import { faultSteps, killedLaunchSteps, launchSteps, resendSteps } from './model/launch-steps';
import { Model } from './model/model';
import { pollSteps, readSteps } from './model/read-steps';
import type { Step } from './model/step';
import { Subject } from './model/subject';

const runCount = 2000;
const longestRun = 25;

const options: EmulatorOptions = {
  clock: { start, rate: 0 },
  seed: 'model',
  asyncThreshold: 3,
  job: {
    queue: '10s',
    duration: { base: '60s', perRow: '30s' },
    rows: [{ where: { note: 'refused' }, error: { code: 'refused', message: 'refused by the script' } }],
  },
  teamJobs: { [teams[1]]: { end: { failed: jobError, at: failsAt } } },
};

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: launchSteps },
  { weight: 12, arbitrary: resendSteps },
  { weight: 16, arbitrary: pollSteps },
  { weight: 12, arbitrary: clockSteps },
  { weight: 4, arbitrary: faultSteps },
  { weight: 8, arbitrary: readSteps },
  { weight: 4, arbitrary: jobSteps },
  { weight: 4, arbitrary: killSteps },
  { weight: 3, arbitrary: killedLaunchSteps },
  { weight: 1, arbitrary: resetSteps },
);

/** What so many runs always come to, unless the steps have lost their reach. */
const due = [
  ...['created', 'existing', 'updated', 'refused', 'invalid_value', 'multiple_matches'].map(
    (end) => `row: ${end}`,
  ),
  ...['imported', 'launched', 'replay of 200', 'replay of 202', 'replay of 400', 'invalid_request'].map(
    (what) => `import: ${what}`,
  ),
  ...['mismatch', 'stale', 'in_progress'].map((code) => `import: idempotency_key_${code}`),
  ...['processing', 'complete', 'failed', 'expired', 'deleted', 'never was', 'of another team'].map(
    (what) => `status: ${what}`,
  ),
  ...['reset-before', 'reset-after', 'refused', 'failed-after'].flatMap((fault) => [
    `import: ${fault}`,
    `status: ${fault}`,
  ]),
  ...['complete', 'failed', 'hides', 'deleted'].map((what) => `job: ${what}`),
  ...['killed between requests', 'killed before an answer', 'killed while writing', 'reset'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

// A failure names what brings it back: `seed` and `path` go to fc.assert, `replayPath` to fc.commands.
test('the emulator does what a model of the API does, also when it is killed on the way', async () => {
  const seen = new Map<string, number>();
  let runs = 0;
  const commands = fc.commands([steps], { maxCommands: longestRun, size: 'max' });
  const property = fc.asyncProperty(commands, async (run) => {
    runs += 1;
    const subject = await Subject.start(options, join(folder, String(runs)));
    const model = new Model(start, seen);
    try {
      await fc.asyncModelRun(() => ({ model, real: subject }), run);
      await expectAll(model, subject);
    } finally {
      await subject.close();
    }
  });
  await fc.assert(property, { numRuns: runCount });
  expect([...seen.keys()]).toEqual(expect.arrayContaining(due));
}, 600_000);

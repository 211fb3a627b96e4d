import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { quietly, workflowBundle } from '../support/temporal';

const histories = join(__dirname, 'histories');
const trackers = readdirSync(histories).filter((file) => file.startsWith('trackImport.'));
const bundle = readFileSync(workflowBundle().codePath, 'utf8');

interface History {
  events: [{ workflowExecutionStartedEventAttributes: { workflowId: string } }];
}

beforeAll(quietly);

/** Replays histories on the bundle with another value in the place of one, and gives the error of each, if any. */
async function replayWith(value: string, other: string, files: string[]): Promise<(Error | undefined)[]> {
  const code = bundle.replace(value, () => other);
  const recorded = files.map((file) => {
    const history = JSON.parse(readFileSync(join(histories, file), 'utf8')) as History;
    return { history, ...history.events[0].workflowExecutionStartedEventAttributes };
  });
  const errors: (Error | undefined)[] = [];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: { code } }, recorded))
    errors.push(error);
  return errors;
}

/** Values that a recorded history holds: another one gives it a timer, a poll, a signal or an end more or less. */
const held = [
  ['initialIntervalMs: 2000', 'initialIntervalMs: 3000', 'trackImport.submitted-earlier'],
  ['maximumPolls: null', 'maximumPolls: 3', 'trackImport.messages'],
  ['retentionMs = 7 * 86_400_000', 'retentionMs = 6 * 86_400_000', 'trackImport.problems'],
  ['const confirmations = 3', 'const confirmations = 4', 'trackImport.vanished'],
  ['confirmAfterMs = [30_000, 60_000]', 'confirmAfterMs = [30_000, 600_000]', 'trackImport.vanished'],
  ['const pollLimitMs = 120_000', 'const pollLimitMs = 6_000', 'trackImport.durations-as-numbers'],
  ['maxSubscribers = 100', 'maxSubscribers = 1', 'trackImport.messages'],
  ['const minIntervalMs = 100', 'const minIntervalMs = 10_000', 'trackImport.complete'],
  ['const maxPoints = 8', 'const maxPoints = 4', 'trackImport.aimed-continued-end'],
  ['const defaultConcurrentImports = 4', 'const defaultConcurrentImports = 1', 'importRecords.complete'],
] as const;

/** Values that decide the same in runs of which no history is recorded. */
const alsoFrozen = [
  'backoffCoefficient: 1.25',
  'maximumIntervalMs: 7_200_000',
  'jitter: 0.1',
  'adaptive: true',
  'notVisibleYetMs = 15_000',
  'rescueLeadMs = 15 * 60_000',
  'afterRetentionMs = 5000',
  'const reservedPolls = 2',
  'const reservedPollsNow = 3',
  'const lateWaitMs = 5 * 60_000',
  'const lostAfterMs = 86_400_000',
  'const askIntervalMs = 86_400_000',
  'pollNowFloorMs = 5000',
  'maxEvents = 250',
  'maxNesting = 100',
  'const most = { bytes: 1_000_000, values: 30_000 }',
  'inputLimits = { bytes: 262_144, values: 20_000 }',
  'continuedInputLimits = { bytes: 2_097_152, values: 60_000 }',
  'maxSignals = 4000',
  'messageLimits = { bytes: 16_384, values: 2_000 }',
  'endSignalLimits = { bytes: 262_144, values: 70_000 }',
  'maxWorkflowIdBytes = 255',
  'maxPipelineIdBytes = 220',
  'maxDurationMs = 365 * 86_400_000',
  'const maxFirstOffsetMs = 26 * 3_600_000',
  'const maxDriftMs = 5 * 60_000',
  'const jumpPolls = 3',
  'const jumpMs = 5 * 60_000',
  'const shownGraceMs = 86_400_000 + 15 * 60_000',
  'idempotencyKeyLifeMs = 24 * 3_600_000',
  'const stuckKeyMs = 10 * 60_000',
  'const maxUnexpected = 200',
  'const maxRequestsOfBatch = 64',
  'const minProbedRows = 4',
  'const probesUnnamed = 8',
  'const refusalsBeforeDoubt = 8',
  'const refusalsBeforeProbes = 16',
  'const probesNamed = 16',
  'const minRowsNamed = 250',
  'const minRowsJudged = 24',
  'maxRowsAlone = 62',
  'const foundBeforeLeaps = 2',
  'const foundOfMany = 6',
  'const longRun = 8',
  'const waitsMs = [60_000, 5 * 60_000]',
  'const defaultExtraRequests = 200',
];

test.each([...held.map(([value]) => value), ...alsoFrozen])(
  '"%s" stays: runs in flight depend on it (ARCHITECTURE.md, "What must never change")',
  (value) => {
    expect(bundle.split(`${value};`).length + bundle.split(`${value},`).length - 2).toBe(1);
  },
);

test.each(held)('with another value for "%s", "%s", %s is refused', async (value, other, name) => {
  const [error] = await replayWith(value, other, [`${name}.0.1.0.json`]);
  expect(error).toBeInstanceOf(DeterminismViolationError);
});

test.each([
  ['const queueShares = [0.4, 0.5, 0.55,', 'const queueShares = [0.01, 0.9, 0.01,'],
  ['const after = 0.85;', 'const after = 0.99;'],
  ['rescueRetryMs = 3 * 60_000;', 'rescueRetryMs = 60_000;'],
  ['refusedWaitMs = [15_000, 5 * 60_000];', 'refusedWaitMs = [15_000, 60 * 60_000];'],
  ['const lastCallMs = 5_000;', 'const lastCallMs = 500;'],
])('"%s" may become "%s": it moves timers, and all trackers replay', async (value, other) => {
  expect(bundle.split(value)).toHaveLength(2);
  expect(await replayWith(value, other, trackers)).toEqual(trackers.map(() => undefined));
});

import { activityInputs } from '../../src/activities/activity-inputs';
import { checkInput } from '../../src/core/validation';

type Ranges = ({ from: number; to: number } | null)[];

const end = { jobId: 'job', status: 'complete', polls: 1, message: null, resultsRef: null };
const hash = 'a'.repeat(64);
const size = { bytes: 1, headerBytes: 1, lineBytes: 1, rows: 9, batches: 1 };

const settling = (ranges: Ranges) => ({
  plan: { uri: 'file:///plan.jsonl', sha256: hash, ...size },
  launchKey: hash,
  batch: 1,
  imports: ranges.map((range) => ({ ...end, withoutResult: 'unknown', range })),
});

const range = (from: number, to: number) => ({ from, to });

test.each<{ ranges: Ranges }>([
  { ranges: [null] },
  { ranges: [range(2, 4)] },
  { ranges: [range(0, 3), range(3, 5), range(5, 6)] },
])('settleBatch takes $ranges', ({ ranges }) => {
  expect(checkInput(activityInputs.settleBatch, settling(ranges))).toMatchObject({ ok: true });
});

test.each<{ ranges: Ranges }>([
  { ranges: [null, null] },
  { ranges: [null, range(0, 1)] },
  { ranges: [range(0, 1), null] },
  { ranges: [range(0, 3), range(2, 5)] },
  { ranges: [range(0, 3), range(0, 3)] },
  { ranges: [range(3, 5), range(0, 3)] },
])('settleBatch refuses $ranges', ({ ranges }) => {
  const accepted = 'one import with the range null, or ranges in ascending order that share no row';
  expect(checkInput(activityInputs.settleBatch, settling(ranges))).toMatchObject({
    ok: false,
    problems: [{ field: 'imports', accepted }],
  });
});

const launching = {
  teamId: 't',
  objectType: 'contact',
  plan: settling([null]).plan,
  batch: 1,
  range: null,
  options: {},
  idempotencyKey: `${hash}-1.all.${hash}-1`,
  only: 'keyed',
  excluded: '0-3,7',
  wholeKey: null,
};

test('startSelectedRows takes a selection', () => {
  expect(checkInput(activityInputs.startSelectedRows, launching)).toMatchObject({ ok: true });
});

test.each([
  { excluded: '3,2' },
  { excluded: '0-99999999' },
  { only: 'some' },
  { range: { from: 2, to: 1 } },
  { wholeKey: 'x' },
  { idempotencyKey: 'x' },
])('startSelectedRows refuses %j', (change) => {
  const [field] = Object.keys(change);
  expect(checkInput(activityInputs.startSelectedRows, { ...launching, ...change })).toMatchObject({
    ok: false,
    problems: [{ field }],
  });
});

test('settleSelectedRows takes selections that share rows, and refuses what is no set of rows', () => {
  const selection = { range: null, only: 'keyed', excluded: '' };
  const ends = [1, 2].map(() => ({ ...end, withoutResult: 'unknown', selection, together: false }));
  const input = { ...settling([null]), imports: ends, refused: '5', dedupeBy: 'email' };
  expect(checkInput(activityInputs.settleSelectedRows, input)).toMatchObject({ ok: true });
  expect(checkInput(activityInputs.settleSelectedRows, { ...input, refused: '5,4' })).toMatchObject({
    problems: [{ field: 'refused' }],
  });
});

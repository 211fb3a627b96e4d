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

import { idSchema } from '../id-schema';
import { batchTrackerWorkflowId } from '../ids';
import type { InputProblem } from '../validation';
import type { BatchInFlight, CarriedPipeline } from './carried-state';
import { partOf, relaunchesOf, selectionOf } from './parts';
import { trackerLabel } from './selection';
import type { RowRange, Selection } from './launch/start-import';

/**
 * Maximum number of waiting parts of a batch. Each halving adds one, and so does each group that a search puts aside.
 */
const maxTodo = 200;
/** Maximum number of batches in flight that an input may set. */
const maxLanes = 100;
/** Maximum number of kept ends, including those of batches in flight. */
const maxHeard = 300;

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isRange = (range: RowRange) =>
  range === null ||
  (isCount(range.from) && isCount(range.to) && range.from < range.to && range.to <= 100_000);
const isSelection = ({ range }: Selection) => isRange(range);

/** Rows are launched again at most this often after their import has failed as a whole. */
const maxRelaunches = 2;

function isTodo(todo: BatchInFlight['todo'][number]): boolean {
  const { selection, suspects, group, scan, refusals, probed, attempt, relaunches } = partOf(todo);
  const { tried, refused } = probed ?? { tried: 0, refused: 0 };
  const { rows, found, last, run } = scan;
  const counts = [group ?? 1, rows, found, last ?? 0, run, refusals, tried, refused, attempt, relaunches];
  return (
    isSelection(selection) &&
    isRange(suspects) &&
    counts.every(isCount) &&
    (group ?? 1) >= 1 &&
    attempt >= 1 &&
    relaunches <= maxRelaunches
  );
}

/**
 * Checks the values of a state that claims to come from the previous run, after its form was checked. Returns what no
 * release could have handed over. Activities check that the plan belongs to the pipeline.
 */
export function carriedPipelineProblems(
  { planned, next, lanes, heard, totals, ended, finished, searches }: CarriedPipeline,
  workflowId: string,
): InputProblem[] {
  const { batches, rows } = planned.plan;
  const numbers = lanes.map(({ batch }) => batch);
  const trackerOf = (batch: number, following: NonNullable<BatchInFlight['following']>) =>
    batchTrackerWorkflowId(workflowId, trackerLabel(batch, selectionOf(following), relaunchesOf(following)));
  const isOwnTracker = ({ batch, following }: BatchInFlight) =>
    following === null ||
    (idSchema.safeParse(following.jobId).success && following.trackerId === trackerOf(batch, following));
  const facts: [field: string, fits: boolean, accepted: string][] = [
    ['planned.launchKey', /^[0-9a-f]{64}$/.test(planned.launchKey), 'a SHA-256 in lower-case hex'],
    ['planned.plan', [batches, rows].every(isCount) && batches <= 1_000_000, 'counts of rows and batches'],
    ['next', isCount(next) && next >= 1 && next <= batches + 1, 'the next batch of the plan'],
    ['lanes', lanes.length <= maxLanes && new Set(numbers).size === lanes.length, 'batches, each once'],
    ['lanes.batch', numbers.every((batch) => isCount(batch) && batch >= 1 && batch < next), 'batches begun'],
    ['lanes.following', lanes.every(isOwnTracker), 'imports followed by trackers of this pipeline'],
    [
      'lanes.todo',
      lanes.every(({ todo }) => todo.length <= maxTodo && todo.every(isTodo)),
      'parts of the batch',
    ],
    [
      'lanes.ended',
      lanes.every(
        (lane) => lane.ended.length <= 100_000 && lane.ended.every((end) => isSelection(selectionOf(end))),
      ),
      'parts of the batch',
    ],
    [
      'lanes.rows',
      lanes.every(({ rows }) => rows === null || (isCount(rows.size) && rows.size <= 100_000)),
      'a number of rows',
    ],
    ['searches', [searches, ...lanes.map((lane) => lane.searches)].every(isCount), 'counts of requests'],
    ['heard', heard.length <= maxHeard, `a list of at most ${maxHeard}`],
    ['totals', Object.values(totals).every(isCount), 'counts of rows'],
    ['ended', Object.values(ended).every((value) => isCount(value)), 'counts of imports'],
    ['finished', isCount(finished) && finished <= batches, 'a count of batches'],
  ];
  return facts
    .filter(([, fits]) => !fits)
    .map(([field, , accepted]) => ({ field: `carried.${field}`, seen: 'a value', accepted }));
}

import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { refusedDetails } from '../../core/details/tracker-details';
import { carriedTrackerProblems } from '../../core/tracker/carried-tracker';
import {
  trackImportInputSchema,
  type TrackImportInput,
  type TrackImportRequest,
} from '../../core/tracker/input';
import { readSubscribers } from '../../core/tracker/subscribers';
import { checkInput, type InputProblem } from '../../core/validation';
import { prismImportStatusKey } from '../messages';
import { carriedFromOutside } from '../runtime/hand-over';
import { countEnd } from '../runtime/metrics';
import { invalidInput } from '../runtime/invalid-input';
import { followsRelease02 } from '../runtime/release';
import { notifySubscribers } from './notify';
import type { AcceptedInput } from './tracker';

/**
 * The input, checked, with whom to tell. Fails with `InvalidInput`, naming field, value seen and accepted form; whoever
 * the input asked to be told, as far as that can be read, is told first.
 */
export async function acceptInput(input: TrackImportInput): Promise<AcceptedInput> {
  const release02 = followsRelease02();
  const checked = checkInput(trackImportInputSchema, input);
  const { teamId, jobId, notify, carried } = readable(input);
  const { subscribers, problems: parentless } = readSubscribers(
    notify,
    workflowInfo().parent?.workflowId,
    release02,
  );
  const problems = [
    ...(checked.ok ? [] : checked.problems),
    ...parentless,
    ...carriedFromOutside(carried, release02),
    ...(checked.ok && release02 ? valueProblems(checked.value) : []),
  ];
  if (checked.ok && problems.length === 0) return { request: checked.value, subscribers, release02 };

  const { failure, error } = invalidInput('trackImport cannot use its input', problems);
  const ids = { teamId: readableId(teamId), jobId: readableId(jobId) };
  countEnd('error');
  setCurrentDetails(refusedDetails('trackImport', failure));
  upsertSearchAttributes([{ key: prismImportStatusKey, value: 'error' }]);
  await CancellationScope.nonCancellable(() =>
    notifySubscribers({ subscribers, release02 }, { status: 'error', ...ids, failure }),
  );
  throw error;
}

/** What is wrong with a state handed over that has its form. */
function valueProblems({ carried, jobId }: TrackImportRequest): InputProblem[] {
  return carried === undefined ? [] : carriedTrackerProblems(carried, { jobId, nowMs: Date.now() });
}

/** What can be read of an input that may be of any form. */
const readable = (input: unknown): { [field in keyof TrackImportInput]?: unknown } => input ?? {};

const readableId = (id: unknown): string => (typeof id === 'string' ? id.slice(0, 200) : '');

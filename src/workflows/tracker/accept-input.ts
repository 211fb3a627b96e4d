import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { refusedDetails } from '../../core/details/tracker-details';
import { trackImportInputSchema, type TrackImportInput } from '../../core/tracker/input';
import { readSubscribers } from '../../core/tracker/subscribers';
import { checkInput, type InputProblem } from '../../core/validation';
import { prismImportStatusKey } from '../messages';
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
  const { subscribers, problems: parentless } = readSubscribers(notify, workflowInfo().parent?.workflowId);
  const problems = [...(checked.ok ? [] : checked.problems), ...parentless, ...stateFromOutside(carried)];
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

/** Only a run before this one may hand over its state. */
function stateFromOutside(carried: unknown): InputProblem[] {
  if (carried === undefined || workflowInfo().continuedFromExecutionRunId !== undefined) return [];
  return [{ field: 'carried', seen: 'a value', accepted: 'no such field' }];
}

/** What can be read of an input that may be of any form. */
const readable = (input: unknown): { [field in keyof TrackImportInput]?: unknown } => input ?? {};

const readableId = (id: unknown): string => (typeof id === 'string' ? id.slice(0, 200) : '');

import { CancellationScope, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { showDetails } from '../runtime/show-details';
import { refusedDetails } from '../../core/details/tracker-details';
import { withUnits } from '../../core/durations-with-units';
import { idSchema } from '../../core/id-schema';
import { requestedSubscribers } from '../../core/tracker/requested-subscribers';
import { carriedTrackerProblems } from '../../core/tracker/carried-tracker';
import {
  trackImportInputSchema,
  trackImportInputSchemaOf010,
  type TrackImportInput,
  type TrackImportRequest,
} from '../../core/tracker/input';
import { refusedState } from '../../core/tracker/status';
import { ownWorkflowIdForm, readSubscribers } from '../../core/tracker/subscribers';
import { checkInput, type Checked, type InputProblem } from '../../core/validation';
import { prismImportStatusKey, prismJobIdKey, prismTeamIdKey, statusQuery } from '../messages';
import { mayBeEarlier } from '../runtime/earlier-input';
import { carriedFromOutside } from '../runtime/hand-over';
import { countEnd } from '../runtime/metrics';
import { invalidInput } from '../runtime/invalid-input';
import { followsRelease02 } from '../runtime/release';
import { takeSubscriptions } from './handle-messages';
import { notifySubscribers } from './notify';
import type { AcceptedInput } from './tracker';

/**
 * Checks the input and reads its subscribers. Fails with `InvalidInput`, naming the field, the value seen and the
 * accepted form. Before that, it notifies every subscriber that can be read from the input.
 */
export async function acceptInput(input: TrackImportInput): Promise<AcceptedInput> {
  const release02 = followsRelease02();
  const checked = readInput(input, release02);
  const { notify, carried } = readable(input);
  const info = workflowInfo();
  const isApart = release02 && info.parent !== undefined && info.parent.namespace !== info.namespace;
  const parent = isApart ? undefined : info.parent?.workflowId;
  const { subscribers, problems: parentless } = readSubscribers(notify, parent, {
    release02,
    ...(isApart && { accepted: ownWorkflowIdForm }),
  });
  const problems = [
    ...(checked.ok ? [] : checked.problems),
    ...parentless,
    ...carriedFromOutside(carried, release02),
    ...(checked.ok && release02 ? valueProblems(checked.value) : []),
  ];
  if (checked.ok && problems.length === 0) return { request: checked.value, subscribers, release02 };
  const notified = release02 ? requestedSubscribers(input, parent) : subscribers;
  return refuse(input, problems, { subscribers: notified, release02 });
}

/** Parses an input by the rules of its run. */
function readInput(input: unknown, release02: boolean): Checked<TrackImportRequest> {
  if (!release02) return checkInput(trackImportInputSchemaOf010, input);
  return checkInput(trackImportInputSchema, mayBeEarlier(input) ? withUnits(input) : input);
}

/** Notifies all subscribers that the input was refused, and fails. */
async function refuse(
  input: unknown,
  problems: InputProblem[],
  recipients: Pick<AcceptedInput, 'subscribers' | 'release02'>,
): Promise<never> {
  const { teamId, jobId } = readable(input);
  const { failure, error } = invalidInput('trackImport cannot use its input', problems);
  const ids = { teamId: readableId(teamId), jobId: readableId(jobId) };
  const state = refusedState(failure.message, Date.now());
  setHandler(statusQuery, () => state);
  if (recipients.release02) takeSubscriptions(recipients);
  countEnd('error');
  showDetails(refusedDetails('trackImport', failure));
  upsertSearchAttributes([
    { key: prismImportStatusKey, value: 'error' },
    ...(idSchema.safeParse(teamId).success ? [{ key: prismTeamIdKey, value: ids.teamId }] : []),
    ...(idSchema.safeParse(jobId).success ? [{ key: prismJobIdKey, value: ids.jobId }] : []),
  ]);
  await CancellationScope.nonCancellable(() =>
    notifySubscribers(recipients, { status: 'error', ...ids, failure }),
  );
  throw error;
}

/** Checks the values of a state from the previous run, after its form. */
function valueProblems({ carried, jobId }: TrackImportRequest): InputProblem[] {
  return carried === undefined ? [] : carriedTrackerProblems(carried, { jobId, nowMs: Date.now() });
}

/** The fields of an input of any form. */
const readable = (input: unknown): { [field in keyof TrackImportInput]?: unknown } => input ?? {};

const readableId = (id: unknown): string => (typeof id === 'string' ? id.slice(0, 200) : '');

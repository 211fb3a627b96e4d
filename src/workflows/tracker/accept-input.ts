import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { refusedDetails } from '../../core/details/tracker-details';
import {
  defaultNotifySignal,
  notifySchema,
  trackImportInputSchema,
  type Subscriber,
  type TrackImportInput,
  type TrackImportRequest,
} from '../../core/tracker/input';
import { checkInput, type InputProblem } from '../../core/validation';
import { prismImportStatusKey } from '../messages';
import { countEnd } from '../runtime/metrics';
import { invalidInput } from '../runtime/invalid-input';
import { notifySubscribers } from './notify';
import { addSubscriber } from './tracker';

/**
 * The input, checked, with whom to tell. Fails with `InvalidInput`, naming field, value seen and accepted form; whoever
 * the input asked to be told, as far as that can be read, is told first.
 */
export async function acceptInput(
  input: TrackImportInput,
): Promise<{ request: TrackImportRequest; subscribers: Subscriber[] }> {
  const checked = checkInput(trackImportInputSchema, input);
  const { subscribers, nobody } = findSubscribers(checked.ok ? checked.value.notify : readableNotify(input));
  const strangeState = stateFromOutside(input);
  if (checked.ok && nobody.length + strangeState.length === 0) return { request: checked.value, subscribers };

  const problems = [...(checked.ok ? [] : checked.problems), ...nobody, ...strangeState];
  const { failure, error } = invalidInput('trackImport cannot use its input', problems);
  const { teamId, jobId } = readableIds(input);
  countEnd('error');
  setCurrentDetails(refusedDetails('trackImport', failure));
  upsertSearchAttributes([{ key: prismImportStatusKey, value: 'error' }]);
  await CancellationScope.nonCancellable(() =>
    notifySubscribers(subscribers, { status: 'error', teamId, jobId, failure }),
  );
  throw error;
}

type Notify = NonNullable<TrackImportRequest['notify']>;

/** Fills in the defaults. An entry without a workflow id means the parent, so there must be one. */
function findSubscribers(notify: Notify = []): { subscribers: Subscriber[]; nobody: InputProblem[] } {
  const parent = workflowInfo().parent?.workflowId;
  const subscribers: Subscriber[] = [];
  const nobody: InputProblem[] = [];
  notify.forEach(({ workflowId = parent, signal = defaultNotifySignal }, index) => {
    if (workflowId !== undefined) addSubscriber(subscribers, { workflowId, signal });
    else {
      const accepted = 'a workflow id, since this workflow has no parent to tell';
      nobody.push({ field: `notify[${index}].workflowId`, seen: 'nothing', accepted });
    }
  });
  return { subscribers, nobody };
}

/** Only a run before this one may hand over its state. */
function stateFromOutside(input: unknown): InputProblem[] {
  const carried = (input as { carried?: unknown } | null | undefined)?.carried;
  if (carried === undefined || workflowInfo().continuedFromExecutionRunId !== undefined) return [];
  return [{ field: 'carried', seen: 'a value', accepted: 'no such field' }];
}

/** The entries of `notify` that make sense, in an input that as a whole does not. */
function readableNotify(input: unknown): Notify {
  const notify = (input as { notify?: unknown } | null | undefined)?.notify;
  if (!Array.isArray(notify)) return [];
  return notify.flatMap((entry: unknown) => {
    const parsed = notifySchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

function readableIds(input: unknown): { teamId: string; jobId: string } {
  const { teamId, jobId } = (input ?? {}) as { teamId?: unknown; jobId?: unknown };
  const readable = (id: unknown) => (typeof id === 'string' ? id.slice(0, 200) : '');
  return { teamId: readable(teamId), jobId: readable(jobId) };
}

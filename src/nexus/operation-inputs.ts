import { z } from 'zod';
import { trackerIdPrefix } from '../core/ids';
import { idSchema } from '../core/id-schema';
import { currentForms } from '../core/input-forms';
import { beyondLimits, inputLimits } from '../core/message-limits';
import { importRecordsInputSchema } from '../core/pipeline/input';
import { trackImportInputSchema } from '../core/tracker/input';
import { readSubscribers } from '../core/tracker/subscribers';
import { checkInput, describeProblems } from '../core/validation';
import { readResultsInputSchema } from '../report/results/read-results-input';
import { badRequest } from './handler-errors';

/** A pipeline that no caller has named is its caller's alone; callers cannot give such an id. */
export const ownPipelinePrefix = 'prism-records/nexus/';

/** Nor those of trackers, which callers of `trackImport` join without looking. */
const reservedPrefixes = [ownPipelinePrefix, trackerIdPrefix];

const workflowIdForm = `a workflow id that does not begin with ${reservedPrefixes.join(' or ')}`;

/** What operations take: as the workflows do, without what a run hands to the next. */
export const operationInputs = {
  trackImport: trackImportInputSchema.omit({ carried: true }),
  importRecords: importRecordsInputSchema.omit({ carried: true }).extend({
    workflowId: currentForms.optional(
      z
        .string({ error: workflowIdForm })
        .refine((id) => !reservedPrefixes.some((prefix) => id.startsWith(prefix)), { error: workflowIdForm }),
      [''],
    ),
  }),
  trackedJob: z.strictObject(
    { teamId: idSchema, jobId: idSchema },
    { error: 'an object with teamId and jobId' },
  ),
  readResults: readResultsInputSchema,
};

/**
 * The input of an operation, checked. Throws a handler error `BAD_REQUEST` that names field, value seen and accepted
 * form, also for more than the workflow that it is handed on to would read.
 */
export function checkOperationInput<K extends keyof typeof operationInputs>(
  kind: K,
  input: unknown,
): z.output<(typeof operationInputs)[K]> {
  const beyond = beyondLimits(Buffer.from(asJson(input)), inputLimits);
  if (beyond !== null) throw badRequest(`input: saw a payload of ${beyond}`);
  const checked = checkInput(operationInputs[kind], input);
  if (!checked.ok) throw badRequest(describeProblems(checked.problems));
  return checked.value as z.output<(typeof operationInputs)[K]>;
}

/** A caller through Nexus is no parent: a signal from here does not reach it. */
export function requireNamedSubscribers(notify: unknown): void {
  const accepted =
    'a workflow id of the namespace of prism-imports: the caller of this operation gets the outcome as its result';
  const [first] = readSubscribers(notify, undefined, { accepted }).problems;
  if (first !== undefined) throw badRequest(describeProblems([first]));
}

/** Nesting that JSON.stringify does not take is beyond the limits anyway. */
function asJson(input: unknown): string {
  try {
    return JSON.stringify(input) ?? '';
  } catch {
    return '['.repeat(1000);
  }
}

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

/** Prefix of the ids of pipelines that their caller did not name, and does not share. Callers cannot set such an id. */
export const ownPipelinePrefix = 'prism-records/nexus/';

/**
 * Prefixes that callers cannot use, including that of trackers, which callers of `trackImport` join without a check.
 */
const reservedPrefixes = [ownPipelinePrefix, trackerIdPrefix];

const workflowIdForm = `a workflow id that does not begin with ${reservedPrefixes.join(' or ')}`;

/** The inputs of operations: those of the workflows, without the state that a run hands over. */
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
 * Checks the input of an operation. Throws a handler error `BAD_REQUEST` that names the field, the value seen and the
 * accepted form, or says that it is larger than the workflow would accept.
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

/** Refuses subscribers without an id: a Nexus caller is not a parent, and signals from here do not reach it. */
export function requireNamedSubscribers(notify: unknown): void {
  const accepted =
    'a workflow id of the namespace of prism-imports: the caller of this operation gets the outcome as its result';
  const [first] = readSubscribers(notify, undefined, { accepted }).problems;
  if (first !== undefined) throw badRequest(describeProblems([first]));
}

/** If JSON.stringify fails on the nesting, it exceeds the limits anyway. */
function asJson(input: unknown): string {
  try {
    return JSON.stringify(input) ?? '';
  } catch {
    return '['.repeat(1000);
  }
}

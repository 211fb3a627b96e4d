import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails, FailureType } from '../core/failures';
import { activityInputs } from './activity-inputs';
import { checkInput, describeProblems } from '../core/validation';
import { launchKeyOf, provenFirstRun } from './launch-key';
import { invalidInput } from './to-failure';

type Checked = keyof typeof activityInputs;

/** What the inputs of a pipeline's activities claim. */
interface Claims {
  firstExecutionRunId?: string;
  launchKey?: string;
  idempotencyKey?: string;
  plan?: { uri: string };
}

/**
 * The same activities, for whoever may ask for them: an input of another form fails with `InvalidInput`, naming field,
 * value seen and accepted form, and so does one that is another pipeline's, whose report it could replace and whose
 * idempotency keys it could spend.
 */
export function checkedActivities<A extends object>(activities: A): A {
  const checked = Object.entries(activities as Record<string, (input: never) => unknown>).map(
    ([name, run]) => [name, name in activityInputs ? guarded(name as Checked, run) : run] as const,
  );
  return Object.fromEntries(checked) as A;
}

const guarded =
  (name: Checked, run: (input: never) => unknown) =>
  async (input: unknown): Promise<unknown> => {
    const form = checkInput(activityInputs[name], input);
    if (!form.ok) throw invalidInput(`${name} cannot use its input: ${describeProblems(form.problems)}`);
    if (name !== 'getImportStatus') await requireOwn(name, input as Claims);
    return run(input as never);
  };

/** Throws `InvalidInput` unless all that is claimed belongs to the workflow that asks. */
async function requireOwn(name: Checked, claims: Claims): Promise<void> {
  const firstRun = await provenFirstRun().catch((error: unknown) => {
    throw unproven(error, name !== 'startImport');
  });
  const launchKey = launchKeyOf(firstRun);
  const { firstExecutionRunId = firstRun, launchKey: claimed = launchKey, idempotencyKey, plan } = claims;
  const isOwn = {
    firstExecutionRunId: firstExecutionRunId === firstRun,
    launchKey: claimed === launchKey,
    idempotencyKey: idempotencyKey?.startsWith(`${launchKey}-`) ?? true,
    'plan.uri': plan?.uri.endsWith(`/pipelines/${launchKey}/plan.jsonl`) ?? true,
  };
  const foreign = Object.entries(isOwn).find(([, own]) => !own);
  if (foreign === undefined) return;
  const accepted = 'that of the workflow that asks';
  throw invalidInput(
    `${name} cannot use its input: ${foreign[0]}: saw another workflow's, expected ${accepted}`,
  );
}

/** Nothing was done yet, so any pipeline may try again: `startImport` by itself, the others by Temporal. */
function unproven(error: unknown, retryable: boolean): ApplicationFailure {
  const type: FailureType = 'StorageUnavailable';
  const details: FailureDetails = { retryAfterMs: null, status: null, requestId: null };
  const why = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({
    type,
    message: `The Temporal server did not say which run of the workflow was its first: ${why}`,
    nonRetryable: !retryable,
    details: [details],
    ...(error instanceof Error && { cause: error }),
  });
}

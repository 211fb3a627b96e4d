import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails, FailureType } from '../core/failures';
import { launchKeyOf, proofWaitMs, provenFirstRun } from './launch/launch-key';
import { invalidInput } from './to-failure';

/** The ownership that the inputs of a pipeline's activities claim. */
interface Claims {
  firstExecutionRunId?: string;
  launchKey?: string;
  idempotencyKey?: string;
  wholeKey?: string | null;
  plan?: { uri: string };
}

/** Activities that Temporal does not retry. */
const launches: readonly string[] = ['startImport', 'startSelectedRows'];

/** Rejects unless the claims belong to the workflow that calls the activity of this name. */
export type RequireOwn = (name: string, claims: Claims) => Promise<void>;

/**
 * Throws `InvalidInput` unless all claims belong to the calling workflow: the input of another pipeline could replace
 * that pipeline's report or use its keys. Throws `StorageUnavailable` without a status, before anything is done, if the
 * server does not name the owner within {@link proofWaitMs}.
 */
export const requireOwn: RequireOwn = async (name, claims) => {
  const firstRun = await inTime(provenFirstRun()).catch((error: unknown) => {
    throw unproven(error, !launches.includes(name));
  });
  const launchKey = launchKeyOf(firstRun);
  const {
    firstExecutionRunId = firstRun,
    launchKey: claimed = launchKey,
    idempotencyKey,
    wholeKey,
    plan,
  } = claims;
  const isOwn = {
    firstExecutionRunId: firstExecutionRunId === firstRun,
    launchKey: claimed === launchKey,
    idempotencyKey: idempotencyKey?.startsWith(`${launchKey}-`) ?? true,
    wholeKey: wholeKey?.startsWith(`${launchKey}-`) ?? true,
    'plan.uri': plan?.uri.endsWith(`/pipelines/${launchKey}/plan.jsonl`) ?? true,
  };
  const foreign = Object.entries(isOwn).find(([, own]) => !own);
  if (foreign === undefined) return;
  const accepted = 'that of the workflow that asks';
  throw invalidInput(
    `${name} cannot use its input: ${foreign[0]}: saw another workflow's, expected ${accepted}`,
  );
};

/** Limits all of the SDK's own retries together, each of which would have the whole deadline. */
async function inTime<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = new Error(`no answer within ${proofWaitMs / 1000} s`);
    timer = setTimeout(() => reject(why), proofWaitMs);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing was done yet, so any pipeline may retry: a launch itself, the others through Temporal. */
function unproven(error: unknown, retryable: boolean): ApplicationFailure {
  const type: FailureType = 'StorageUnavailable';
  const details: FailureDetails = { retryAfterMs: null, status: null, requestId: null };
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof ApplicationFailure) return error;
  return ApplicationFailure.create({
    type,
    message: `The Temporal server did not say which run of the workflow was its first: ${why}`,
    nonRetryable: !retryable,
    details: [details],
    ...(error instanceof Error && { cause: error }),
  });
}

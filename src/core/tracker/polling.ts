import { z } from 'zod';
import { describeDuration, writeDuration } from '../duration';
import { intervalPattern } from '../duration-pattern';
import { currentForms, formsOf010, type InputForms } from '../input-forms';
import { checkInput, type Checked, type InputProblem } from '../validation';

const minIntervalMs = 100;

const inWords = {
  coefficient: 'a number from 1 to 10',
  jitter: 'a number from 0 to 0.9',
  polls: 'a whole number from 1',
} as const;

const intervalMeta = (title: string, description: string) => ({
  title,
  description,
  pattern: intervalPattern,
});

function fieldsOf(forms: InputForms) {
  return {
    initialInterval: forms.duration(
      intervalMeta('Shortest wait', 'Wait before the first poll and between two; from 100 ms. Default 2s.'),
    ),
    backoffCoefficient: forms.optional(
      z
        .number({ error: inWords.coefficient })
        .min(1, { error: inWords.coefficient })
        .max(10, { error: inWords.coefficient })
        .meta({
          description: 'The wait is (backoffCoefficient - 1) times the age of the import. Default 1.25.',
        }),
      [0],
    ),
    maximumInterval: forms.duration(intervalMeta('Longest wait', 'At least initialInterval. Default 2h.')),
    jitter: forms.optional(
      z
        .number({ error: inWords.jitter })
        .min(0, { error: inWords.jitter })
        .max(0.9, { error: inWords.jitter })
        .meta({
          description: 'Largest share by which a wait is shortened at random; 0 is none. Default 0.1.',
        }),
    ),
    adaptive: forms.optional(
      z
        .boolean({ error: 'true or false' })
        .meta({ description: 'Whether to poll when progress predicts the end. Default true.' }),
    ),
    maximumPolls: forms.optional(
      z
        .number({ error: inWords.polls })
        .int({ error: inWords.polls })
        .min(1, { error: inWords.polls })
        .meta({ description: 'Most polls to spend. Default: no limit.' }),
      [0],
    ),
  };
}

/** The default policy. */
const defaultPolling: Polling = {
  initialIntervalMs: 2000,
  backoffCoefficient: 1.25,
  maximumIntervalMs: 7_200_000,
  jitter: 0.1,
  adaptive: true,
  maximumPolls: null,
};

/**
 * How often to poll an import. Fields that work as in Temporal's RetryPolicy have the same names. Every field has a
 * default, which 0 also stands for unless 0 is a valid value.
 */
export function pollingSchemaOf(forms: InputForms) {
  const fields = z.strictObject(fieldsOf(forms), { error: 'an object' });
  return forms.object(fields).transform((given, context) => {
    const polling = changed(defaultPolling, given);
    for (const { field, accepted } of intervalProblems(polling))
      context.addIssue({ code: 'custom', path: [field], message: accepted });
    return polling;
  });
}

type PollingValues = z.output<z.ZodObject<ReturnType<typeof fieldsOf>>>;
type Change = { [field in keyof PollingValues]?: PollingValues[field] | 'default' };

/** The policy with some fields changed or reset to their defaults. */
function changed(polling: Polling, change: Change): Polling {
  const byField = <T>(given: T | 'default' | undefined, now: T, byDefault: T): T =>
    given === 'default' ? byDefault : (given ?? now);
  const [now, byDefault] = [polling, defaultPolling];
  return {
    initialIntervalMs: byField(change.initialInterval, now.initialIntervalMs, byDefault.initialIntervalMs),
    backoffCoefficient: byField(
      change.backoffCoefficient,
      now.backoffCoefficient,
      byDefault.backoffCoefficient,
    ),
    maximumIntervalMs: byField(change.maximumInterval, now.maximumIntervalMs, byDefault.maximumIntervalMs),
    jitter: byField(change.jitter, now.jitter, byDefault.jitter),
    adaptive: byField(change.adaptive, now.adaptive, byDefault.adaptive),
    maximumPolls: byField<number | null>(change.maximumPolls, now.maximumPolls, byDefault.maximumPolls),
  };
}

/** What is wrong with a policy's intervals in combination. */
function intervalProblems({ initialIntervalMs, maximumIntervalMs }: Polling): InputProblem[] {
  const problem = (field: string, ms: number, accepted: string) => ({
    field,
    seen: ms < 1000 ? `${ms} ms` : describeDuration(ms),
    accepted,
  });
  return [
    ...(initialIntervalMs < minIntervalMs
      ? [problem('initialInterval', initialIntervalMs, 'at least 100 ms')]
      : []),
    ...(maximumIntervalMs < initialIntervalMs
      ? [problem('maximumInterval', maximumIntervalMs, 'at least initialInterval')]
      : []),
  ];
}

/** A polling policy. */
export const pollingSchema = pollingSchemaOf(currentForms);
/** The same as 0.1.0 read it. */
export const pollingSchemaOf010 = pollingSchemaOf(formsOf010);

/** A field of a change: its own values, and the text that resets it to its default. */
function changeOf<S extends z.ZodType>(field: S) {
  const error = ({ input }: { input?: unknown }) =>
    `${field.safeParse(input).error?.issues[0]?.message ?? 'another value'}, or 'default'`;
  return z
    .union([field, z.literal('default')], { error })
    .optional()
    .meta({
      description: 'As in polling. Missing or null leaves it unchanged; the text default resets it.',
    });
}

const fieldsNow = fieldsOf(currentForms);
/** Payload of `setPolling`: which fields of the current policy to change. */
export const pollingChangeSchema = currentForms.object(
  z.strictObject(
    {
      initialInterval: changeOf(fieldsNow.initialInterval),
      backoffCoefficient: changeOf(fieldsNow.backoffCoefficient),
      maximumInterval: changeOf(fieldsNow.maximumInterval),
      jitter: changeOf(fieldsNow.jitter),
      adaptive: changeOf(fieldsNow.adaptive),
      maximumPolls: changeOf(fieldsNow.maximumPolls),
    },
    { error: 'an object' },
  ),
);

/** A change of a polling policy, as callers write it. */
export type PollingChange = z.input<typeof pollingChangeSchema>;

/** The current policy with a change applied, or all problems of the change. */
export function changePolling(polling: Polling, change: unknown): Checked<Polling> {
  const checked = checkInput(pollingChangeSchema, change);
  if (!checked.ok) return checked;
  const value = changed(polling, checked.value);
  const problems = intervalProblems(value);
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

/** A polling policy, as callers write it. */
export type PollingInput = z.input<typeof pollingSchema>;

/** A polling policy with its defaults filled in. */
export interface Polling {
  /** Shortest wait between two polls; default 2 s. */
  initialIntervalMs: number;
  /** Maximum factor from one poll's time after submission to the next one's; default 1.25. */
  backoffCoefficient: number;
  /** Longest wait between two polls; default 2 h. */
  maximumIntervalMs: number;
  /** Maximum share by which a wait is randomly shortened; default 0.1. */
  jitter: number;
  /** Whether to poll close to the predicted end once there is progress; default true. */
  adaptive: boolean;
  /** Maximum number of polls, or null for no limit. */
  maximumPolls: number | null;
}

/** Parses a policy that is known to be valid by `schema`, and fills in the defaults. */
export function parsePolling(given: PollingInput, schema = pollingSchema): Polling {
  return schema.parse(given);
}

/** Writes a policy for another run or workflow in a form that workers of every release read. */
export function writePolling(polling: Polling): PollingInput {
  const { initialIntervalMs, maximumIntervalMs, maximumPolls, ...rest } = polling;
  return {
    initialInterval: writeDuration(initialIntervalMs),
    maximumInterval: writeDuration(maximumIntervalMs),
    ...rest,
    ...(maximumPolls !== null && { maximumPolls }),
  };
}

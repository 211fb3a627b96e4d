import { z } from 'zod';
import { writeDuration } from '../duration';
import { intervalPattern } from '../duration-pattern';
import { currentForms, formsOf010, type InputForms } from '../input-forms';

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

/**
 * How often to look at an import. Named after Temporal's RetryPolicy where the meaning is the same; every field has a
 * default, which 0 stands for too where 0 is no value of it.
 */
export function pollingSchemaOf(forms: InputForms) {
  const fields = z.strictObject(
    {
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
          .meta({ description: 'Whether to aim at the end that progress predicts. Default true.' }),
      ),
      maximumPolls: forms.optional(
        z
          .number({ error: inWords.polls })
          .int({ error: inWords.polls })
          .min(1, { error: inWords.polls })
          .meta({ description: 'Most polls to spend. Default: no limit.' }),
        [0],
      ),
    },
    { error: 'an object' },
  );
  return forms.object(fields).transform((given, context) => {
    const polling: Polling = {
      initialIntervalMs: given.initialInterval ?? 2000,
      backoffCoefficient: given.backoffCoefficient ?? 1.25,
      maximumIntervalMs: given.maximumInterval ?? 7_200_000,
      jitter: given.jitter ?? 0.1,
      adaptive: given.adaptive ?? true,
      maximumPolls: given.maximumPolls ?? null,
    };
    if (polling.initialIntervalMs < minIntervalMs) {
      context.addIssue({ code: 'custom', path: ['initialInterval'], message: 'at least 100 ms' });
    }
    if (polling.maximumIntervalMs < polling.initialIntervalMs) {
      context.addIssue({ code: 'custom', path: ['maximumInterval'], message: 'at least initialInterval' });
    }
    return polling;
  });
}

/** A polling policy. */
export const pollingSchema = pollingSchemaOf(currentForms);
/** The same as 0.1.0 read it. */
export const pollingSchemaOf010 = pollingSchemaOf(formsOf010);

/** A polling policy as callers write it. */
export type PollingInput = z.input<typeof pollingSchema>;

/** A polling policy with its defaults filled in. */
export interface Polling {
  /** Shortest wait between two polls; default 2 s. */
  initialIntervalMs: number;
  /** The next poll comes at most this many times later after submission than the last one; default 1.25. */
  backoffCoefficient: number;
  /** Longest wait; default 2 h. */
  maximumIntervalMs: number;
  /** Largest share by which a wait is shortened at random; default 0.1. */
  jitter: number;
  /** Whether to aim at the predicted end once progress moves; default true. */
  adaptive: boolean;
  /** Most polls to spend, or null for no limit. */
  maximumPolls: number | null;
}

/** A policy with its defaults, from one that is known to be well formed by the rules of `schema`. */
export function parsePolling(given: PollingInput, schema = pollingSchema): Polling {
  return schema.parse(given);
}

/** A policy as another run or workflow is given it: as workers of every release read it. */
export function writePolling(polling: Polling): PollingInput {
  const { initialIntervalMs, maximumIntervalMs, maximumPolls, ...rest } = polling;
  return {
    initialInterval: writeDuration(initialIntervalMs),
    maximumInterval: writeDuration(maximumIntervalMs),
    ...rest,
    ...(maximumPolls !== null && { maximumPolls }),
  };
}

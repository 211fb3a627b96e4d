import { z } from 'zod';
import { durationSchema } from '../duration-schema';

const minIntervalMs = 100;

/**
 * How often to look at an import. Named after Temporal's RetryPolicy where the meaning is the same; every field has a
 * default.
 */
export const pollingSchema = z
  .strictObject(
    {
      initialInterval: durationSchema.optional(),
      backoffCoefficient: z
        .number({ error: 'a number from 1 to 10' })
        .min(1, { error: 'a number from 1 to 10' })
        .max(10, { error: 'a number from 1 to 10' })
        .optional(),
      maximumInterval: durationSchema.optional(),
      jitter: z
        .number({ error: 'a number from 0 to 0.9' })
        .min(0, { error: 'a number from 0 to 0.9' })
        .max(0.9, { error: 'a number from 0 to 0.9' })
        .optional(),
      adaptive: z.boolean({ error: 'true or false' }).optional(),
      maximumPolls: z
        .number({ error: 'a whole number from 1' })
        .int({ error: 'a whole number from 1' })
        .min(1, { error: 'a whole number from 1' })
        .optional(),
    },
    { error: 'an object' },
  )
  .transform((given, context) => {
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

/** A policy with its defaults, from one that is known to be well formed. */
export function parsePolling(given: PollingInput): Polling {
  return pollingSchema.parse(given);
}

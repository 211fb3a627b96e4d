import { z } from 'zod';
import { durationSchema } from '../duration-schema';
import { resultsModes } from './get-import-status';
import { idSchema, utf8Length } from '../ids';
import { pollingSchema } from './polling';
import { trackerStateSchema } from './state';

const nameForm = 'a string of 1 to 1000 bytes';
const maxNameBytes = 1000;
const nameSchema = z
  .string({ error: nameForm })
  .min(1, { error: nameForm })
  // A lone surrogate would stop the worker that signals it, a longer id than the server takes would stall the workflow.
  .refine((name) => utf8Length(name) <= maxNameBytes && !/\p{Surrogate}/u.test(name), {
    error: nameForm,
  });
const timeForm = "a time in ISO 8601 with its zone, like '2026-11-23T09:00:00Z'";

/** Most workflows that one tracker tells of its end. */
export const maxSubscribers = 100;

/** Name of the signal that tells how an import ended, unless the subscriber chose another. */
export const defaultNotifySignal = 'importFinished';

/** Whom to tell: a workflow's current run, by default the parent; and by which signal, by default `importFinished`. */
export const notifySchema = z.strictObject(
  { workflowId: nameSchema.optional(), signal: nameSchema.optional() },
  { error: 'an object with workflowId and signal, both optional' },
);

/** Payload of the signal `subscribe`: as {@link notifySchema}, but the workflow must be named. */
export const subscriptionSchema = notifySchema.extend({ workflowId: nameSchema });

/** A subscriber with its defaults filled in. */
export interface Subscriber {
  workflowId: string;
  signal: string;
}

/** Input of the workflow `trackImport`. Unknown fields are refused. */
export const trackImportInputSchema = z.strictObject(
  {
    teamId: idSchema,
    jobId: idSchema,
    submittedAt: z.iso.datetime({ offset: true, error: timeForm }).optional(),
    polling: pollingSchema.optional(),
    waitTimeout: durationSchema.optional(),
    results: z.enum(resultsModes, { error: `one of ${resultsModes.join(', ')}` }).optional(),
    notify: z
      .array(notifySchema, { error: 'a list of {workflowId, signal}' })
      .max(maxSubscribers, { error: `a list of at most ${maxSubscribers}` })
      .optional(),
    /** What the tracker hands to itself when it continues as new; callers leave it out. */
    carried: trackerStateSchema.optional(),
  },
  { error: 'an object with teamId and jobId' },
);

/** Input of the workflow `trackImport` as callers write it. */
export type TrackImportInput = z.input<typeof trackImportInputSchema>;

/** The same, parsed: durations in milliseconds, polling with its defaults. */
export type TrackImportRequest = z.output<typeof trackImportInputSchema>;

import { z } from 'zod';
import { durationSchema } from '../duration-schema';
import { resultsModes } from './get-import-status';
import { idSchema } from '../id-schema';
import { pollingSchema } from './polling';
import { trackerStateSchema } from './state';
import { notifySchema } from './subscribers';

const timeForm = "a time in ISO 8601 with its zone, like '2026-11-23T09:00:00Z'";

/** Input of the workflow `trackImport`. Unknown fields are refused. */
export const trackImportInputSchema = z.strictObject(
  {
    teamId: idSchema,
    jobId: idSchema,
    submittedAt: z.iso.datetime({ offset: true, error: timeForm }).optional(),
    polling: pollingSchema.optional(),
    waitTimeout: durationSchema.optional(),
    results: z.enum(resultsModes, { error: `one of ${resultsModes.join(', ')}` }).optional(),
    notify: notifySchema.optional(),
    /** What the tracker hands to itself when it continues as new; callers leave it out. */
    carried: trackerStateSchema.optional(),
  },
  { error: 'an object with teamId and jobId' },
);

/** Input of the workflow `trackImport` as callers write it. */
export type TrackImportInput = z.input<typeof trackImportInputSchema>;

/** The same, parsed: durations in milliseconds, polling with its defaults. */
export type TrackImportRequest = z.output<typeof trackImportInputSchema>;

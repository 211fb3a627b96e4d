import { z } from 'zod';
import { durationForm, durationPattern, maxDurationMs, parseDuration } from './duration';

/** A duration as callers write it; parses to milliseconds. */
export const durationSchema = z
  .union(
    [
      z.number().nonnegative({ error: durationForm }),
      z.string().regex(new RegExp(durationPattern), { error: durationForm }),
    ],
    { error: durationForm },
  )
  .transform((value, context) => {
    const ms = typeof value === 'number' ? Math.round(value) : parseDuration(value);
    if (ms !== undefined && ms <= maxDurationMs) return ms;
    context.addIssue({ code: 'custom', message: durationForm });
    return z.NEVER;
  });

import { z } from 'zod';
import { durationAdvice, exactDuration, maxDurationMs, parseDuration } from './duration';
import { durationPattern } from './duration-pattern';

/** The error for a value that is not a duration: the accepted form, and what is missing. */
const error = ({ input }: { input?: unknown }): string => durationAdvice(input);

/** A duration as callers write it: text with a unit. Parses to milliseconds. */
export const durationSchema = z
  .string({ error })
  .regex(new RegExp(durationPattern), { error })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= maxDurationMs) return ms;
    context.addIssue({ code: 'custom', message: durationAdvice(text) });
    return z.NEVER;
  });

const patternOf010 =
  /^(?:\d{1,12}|\d{1,12}\.\d{1,6}) ?(?:ms|s|m|h|d|milliseconds?|seconds?|minutes?|hours?|days?)$/;

/** What 0.1.0 accepted: also a number of milliseconds, which the inputs of runs started by 0.1.0 may contain. */
export const durationSchemaOf010 = z
  .union([z.number().nonnegative({ error }), z.string().regex(patternOf010, { error })], { error })
  .transform((given, context) => {
    const ms = Math.round(typeof given === 'number' ? given : (exactDuration(given) ?? NaN));
    if (ms <= maxDurationMs) return ms;
    context.addIssue({ code: 'custom', message: durationAdvice(given) });
    return z.NEVER;
  });

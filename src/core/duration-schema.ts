import { z } from 'zod';
import { durationAdvice, exactDuration, maxDurationMs, parseDuration } from './duration';
import { durationPattern } from './duration-pattern';

/** Error of a value that is no duration: what is accepted, and what the value lacks. */
const error = ({ input }: { input?: unknown }): string => durationAdvice(input);

/** A duration as callers write it, a text with its unit; parses to milliseconds. */
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

/** What 0.1.0 took: also a number of milliseconds. Runs that it began hold these. */
export const durationSchemaOf010 = z
  .union([z.number().nonnegative({ error }), z.string().regex(patternOf010, { error })], { error })
  .transform((given, context) => {
    const ms = Math.round(typeof given === 'number' ? given : (exactDuration(given) ?? NaN));
    if (ms <= maxDurationMs) return ms;
    context.addIssue({ code: 'custom', message: durationAdvice(given) });
    return z.NEVER;
  });

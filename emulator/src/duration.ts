import { z } from 'zod';

const pattern =
  /^(\d{1,12}(?:\.\d{1,6})?) ?(?:(ms|milliseconds?)|(s|seconds?)|(m|minutes?)|(h|hours?)|(d|days?))$/;
/** Milliseconds in each of the pattern's units, in its order. */
const unitsMs = [1, 1000, 60_000, 3_600_000, 86_400_000];
const maxMs = 365 * 86_400_000;

/** The accepted form, in words. */
export const durationForm =
  "a number of milliseconds or a text like '90s', '15m', '2h', '7d', '4 seconds' (at most 365 days)";

/**
 * The duration in milliseconds, or undefined if the text is no duration.
 * @example parseDuration('1.5h') // 5_400_000
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, ...units] = pattern.exec(text) ?? [];
  const unitMs = unitsMs[units.findIndex((unit) => unit !== undefined)];
  return unitMs === undefined ? undefined : Math.round(Number(amount) * unitMs);
}

/** A duration as callers write it; parses to milliseconds. */
export const durationSchema = z
  .union([z.number(), z.string()], { error: durationForm })
  .transform((given, context) => {
    const ms = typeof given === 'number' ? Math.round(given) : parseDuration(given);
    if (ms !== undefined && ms >= 0 && ms <= maxMs) return ms;
    context.addIssue({ code: 'custom', message: durationForm });
    return z.NEVER;
  });

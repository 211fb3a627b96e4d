import { writeDuration } from './duration';

/**
 * Converts an input whose durations may be numbers of milliseconds, as 0.1.0 accepted and passed them on. The numbers
 * become texts; everything else stays unchanged.
 */
export function withUnits(input: unknown): unknown {
  if (!isObject(input)) return input;
  const { polling } = input;
  const named = namedUnits(input, ['waitTimeout']);
  return isObject(polling)
    ? { ...named, polling: namedUnits(polling, ['initialInterval', 'maximumInterval']) }
    : named;
}

function namedUnits(given: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const numbers = fields.flatMap((field): [string, string][] => {
    const value = given[field];
    return typeof value === 'number' ? [[field, writeDuration(Math.round(value))]] : [];
  });
  return { ...given, ...Object.fromEntries<string>(numbers) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

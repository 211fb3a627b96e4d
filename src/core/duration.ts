const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration accepted anywhere, in milliseconds: a year. */
export const maxDurationMs = 365 * unitMs.d;

/**
 * What a duration string looks like, in the regular expression dialect of JSON Schema, so that any language can check
 * it.
 */
export const durationPattern =
  '^(?:\\d{1,12}|\\d{1,12}\\.\\d{1,6}) ?(?:ms|s|m|h|d|milliseconds?|seconds?|minutes?|hours?|days?)$';

/** The accepted form, in words; ends every error about a duration. */
export const durationForm =
  "a number of milliseconds or a text like '90s', '15m', '2h', '7d', '4 seconds' (at most 365 days)";

const parts = /^([\d.]+) ?(ms|milliseconds?|[a-z])[a-z]*$/;

/**
 * The milliseconds that a duration text stands for, or undefined when it has another form.
 * @example parseDuration('1.5h') // 5_400_000
 */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  const [, amount, unit] = parts.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const factor = unit.startsWith('milli') ? 1 : unitMs[unit as keyof typeof unitMs];
  return Math.round(Number(amount) * factor);
}

/** A duration in words for people, in its two largest units: `2 h 5 min`, `45 s`. Zero and less is `0 s`. */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

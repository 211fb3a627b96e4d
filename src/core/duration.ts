import { durationPattern } from './duration-pattern';

const unitMs: Record<string, number> = {
  ...{ ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1 },
  ...{ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 },
};

/** The longest accepted duration, in milliseconds: a year. */
export const maxDurationMs = 365 * 86_400_000;

/** The accepted form, in words. Every error about a duration contains it. */
export const durationForm =
  "a text like '90s', '15m', '2h', '7d', '4 seconds', in ISO 8601 like 'PT2H', 'P7D', 'PT2M30.5S', or as Go writes it, like '2h0m0s', '1m30.5s' (at most 365 days)";

const unitless =
  'a number needs its unit, since Go sends nanoseconds, Java and Python seconds, JavaScript milliseconds';

/** What to write instead of a value that is not a duration: the accepted form, and what is missing if that is clear. */
export function durationAdvice(given: unknown): string {
  if (typeof given === 'number' || (typeof given === 'string' && /^[-+]?[0-9.,:]+$/.test(given.trim()))) {
    return `${durationForm}: ${unitless}`;
  }
  const isCalendar = typeof given === 'string' && /^P[^T]*[0-9][YM]/.test(given);
  return isCalendar ? `${durationForm}: years and months have no fixed length` : durationForm;
}

const accepted = new RegExp(durationPattern);

/**
 * Parses the text of a duration to milliseconds; undefined if it has another form. Only a duration of zero gives 0.
 * @example parseDuration('1.5h') // 5_400_000
 */
export function parseDuration(text: string): number | undefined {
  const ms = exactDuration(text);
  return ms === undefined || ms === 0 ? ms : Math.max(1, Math.round(ms));
}

/** The same, including fractions of a millisecond. */
export function exactDuration(text: string): number | undefined {
  if (!accepted.test(text)) return undefined;
  const parts = text.startsWith('P') ? isoParts(text) : plainParts(text);
  return parts.reduce((sum, [amount, unit]) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
}

type Part = [amount: string, unit: string];

function isoParts(text: string): Part[] {
  const [date = '', time = ''] = text.slice(1).split('T');
  const partsOf = (part: string): Part[] =>
    [...part.matchAll(/([0-9.]+)([A-Z])/g)].map(([, amount = '', unit = '']) => [amount, unit]);
  const days = partsOf(date).filter(([, unit]) => unit === 'W' || unit === 'D');
  return [...days, ...partsOf(time)].map(([amount, unit]) => [amount, unit.toLowerCase()]);
}

function plainParts(text: string): Part[] {
  return [...text.matchAll(/([0-9.]+) ?([a-zµμ]+)/g)].map(([, amount = '', unit = '']) => {
    const short = unit.startsWith('milli') ? 'ms' : unit;
    return [amount, short in unitMs ? short : short.slice(0, 1)];
  });
}

/** Writes milliseconds as the text of a duration, in a form that every release reads. */
export const writeDuration = (ms: number): string => `${ms}ms`;

/** Describes a duration for people in its two largest units: `2 h 5 min`, `45 s`. Zero and less give `0 s`. */
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

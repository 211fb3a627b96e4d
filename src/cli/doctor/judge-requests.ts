import { fine, warning, type Finding } from './findings';

/** What a worker has spent since the month began, or since it started; or why nobody knows. */
export type SpentRequests = { spent: number; quota: number; nowMs: number } | { unknown: string };

/** From this share on the alert PrismQuotaNearlyUsed fires. */
const muchUsed = 0.8;

/** Judges what a worker has spent of the month's requests; `address` is where it serves its metrics. */
export function judgeRequests(seen: SpentRequests, address: string | null): Finding {
  const check = 'Requests of the month';
  if ('unknown' in seen) return fine(check, `not known: ${seen.unknown}`);
  const { spent, quota, nowMs } = seen;
  const { passedDays, monthDays } = dayOfMonth(nowMs);
  const perDay = spent / passedDays;
  const byEnd = Math.round(perDay * monthDays);
  const words =
    `${shown(spent)} of ${shown(quota)} by the worker at ${address}; ${shown(Math.round(perDay))} a day, ` +
    `${shown(byEnd)} by the month's end`;
  if (spent <= muchUsed * quota && byEnd <= quota) return fine(check, words);
  return warning(
    check,
    words,
    'prism-imports budget says what another policy would save; docs/runbook.md#prismmonthwillnotsuffice',
  );
}

const shown = (count: number): string => count.toLocaleString('en');

/** How far the calendar month (UTC) is, in days; the first hour counts as one. */
function dayOfMonth(nowMs: number): { passedDays: number; monthDays: number } {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const [beganMs, endMs] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
  const dayMs = 86_400_000;
  return { passedDays: Math.max(1 / 24, (nowMs - beganMs) / dayMs), monthDays: (endMs - beganMs) / dayMs };
}

import { counted } from '../../core/details/markdown';
import { neutralLine } from '../../core/details/neutral';
import type { FailedNotices } from '../../temporal/listing/failed-notices';
import { printLine, printToStderr } from '../terminal/output';

/** Says how many notices to webhooks failed, or that they could not be counted. */
export const failedNoticesText = (found: FailedNotices): string =>
  found.count === null
    ? `could not count undelivered notices to webhooks: ${found.why}`
    : `${counted(found.count, 'notice')} to webhooks could not be delivered`;

/** Prints below a list how many notices to webhooks failed, and how to list them; nothing if none did. */
export function printFailedNotices(found: FailedNotices, { json }: { json: boolean }): void {
  if (json || found.count === null) return warnOfNotices(found);
  if (found.count === 0) return;
  printLine(`${failedNoticesText(found)}. Which:`);
  printLine(found.command);
}

/** Prints the same as one line on standard error, apart from the output for programs. */
export function warnOfNotices(found: FailedNotices): void {
  if (found.count === 0) return;
  const which = found.count === null ? '' : `. Which: ${found.command}`;
  printToStderr(`Warning: ${neutralLine(failedNoticesText(found))}${neutralLine(which)}`);
}

import { runningRate, spentText } from '../requests/running-rate';
import { leftText, neededPolls, shortage, shortagePage, type WantedPolls } from '../requests/requests-text';
import type { SpentRequests } from '../requests/worker-requests';
import { fine, problem, warning, type Finding } from './findings';

/** From this share, the alert PrismQuotaNearlyUsed fires. */
const muchUsed = 0.8;

/** Judges how many of the month's requests a worker has spent. */
export function judgeRequests(spent: SpentRequests): Finding {
  const check = 'Requests of the month';
  if ('unknown' in spent) return fine(check, `not known: ${spent.unknown}`);
  const byEnd = runningRate(spent)?.byEnd ?? 0;
  const words = spentText(spent);
  if (spent.spent <= muchUsed * spent.quota && byEnd <= spent.quota) return fine(check, words);
  return warning(check, words, `prism-imports budget shows what another policy would save; ${shortagePage}`);
}

/**
 * Compares the requests that open imports still need with what is left of the month. It is a problem if not even the
 * polls that save results are covered.
 */
export function judgePollsToCome(
  wanted: WantedPolls,
  month: { spent: SpentRequests; requestsPerMonth: number },
): Finding {
  const check = 'Polls to come';
  if ('unknown' in wanted)
    return warning(
      check,
      `not known: ${wanted.unknown}`,
      'Allow this client to list the workflows of the namespace.',
    );
  if (wanted.imports === 0) return fine(check, 'none: no import is open');
  const short = shortage(wanted, month);
  const { who, isOne, polls, ofTrouble, ofMonth } = neededPolls(wanted);
  const words = [
    `${who} ${isOne ? 'needs' : 'need'} ${polls}`,
    ...(ofTrouble === '' ? [] : [ofTrouble]),
    `this month ${ofMonth}`,
    short?.words ?? leftText(month),
  ].join('; ');
  if (short === null) return fine(check, words);
  return (short.isOfLast ? problem : warning)(
    check,
    words,
    `Start with the imports in trouble: prism-imports list --problem; ${shortagePage}`,
  );
}

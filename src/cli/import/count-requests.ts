import { keyLimits } from '../../core/api/limits';

/** Polls of a three-minute import, by `npm run bench:tracker`; shorter ones take fewer. */
const pollsPerImport = 19;

/**
 * The API answers imports with fewer rows at once, with their results. Micro's current documentation says only "small"
 * and "large"; this is the number in the SDKs before 2026-05-20.
 */
const synchronousBelow = 100;

/**
 * Requests to the API: a launch for each batch with rows to send, polls as if every import that is not answered at once
 * took three minutes, and the documented quota of a key.
 */
export interface ExpectedRequests {
  launches: number;
  /** Launches that are answered at once, and so need no polls. */
  answeredAtOnce: number;
  /** The API is assumed to answer at once below this number of rows. */
  synchronousBelow: number;
  polls: number;
  total: number;
  monthlyQuota: number;
  perSecond: number;
}

/** Counts the requests of an import, batch by batch. */
export class RequestCount {
  private launches = 0;
  private answeredAtOnce = 0;

  /** Adds a batch, by the number of its rows that can be sent. */
  add(sendable: number): void {
    if (sendable === 0) return;
    this.launches += 1;
    if (sendable < synchronousBelow) this.answeredAtOnce += 1;
  }

  expected(): ExpectedRequests {
    const { launches, answeredAtOnce } = this;
    const polls = (launches - answeredAtOnce) * pollsPerImport;
    return {
      launches,
      answeredAtOnce,
      synchronousBelow,
      polls,
      total: launches + polls,
      monthlyQuota: keyLimits.requestsPerMonth,
      perSecond: keyLimits.requestsPerSecond,
    };
  }
}

/** The same in lines for people. */
export function describeRequests(expected: ExpectedRequests): string[] {
  const { launches, answeredAtOnce, polls, total, monthlyQuota, perSecond } = expected;
  const share = `${Math.ceil((total / monthlyQuota) * 100)} % of the ${monthlyQuota} a month`;
  const seconds = Math.ceil(total / perSecond);
  const atOnce =
    answeredAtOnce === 0
      ? ''
      : ` (${answeredAtOnce === launches ? 'all' : answeredAtOnce} answered at once, if the API does so below ${synchronousBelow} rows)`;
  const following = polls === 0 ? 'none' : `about ${polls}`;
  return [
    `Requests: ${launches} to launch${atOnce} and ${following} to poll${polls === 0 ? '' : ', if each import takes three minutes'};`,
    `  that is ${share} that Micro documents for a key (beta guide)${total > monthlyQuota ? ', so more than available' : ''}, and at its ${perSecond} a second at least ${seconds} s.`,
  ];
}

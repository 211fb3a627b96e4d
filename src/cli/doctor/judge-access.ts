import type { Config } from '../../config/config';
import { ConfigError } from '../../config/config-error';
import { fine, problem, warning, type Finding } from './findings';

/** A certificate that ends sooner is to be renewed, in milliseconds. */
const renewMs = 14 * 86_400_000;

/** What stands between this host and the API: the proxy, the certificate; nothing when neither is set. */
export function accessFindings({ micro }: Pick<Config, 'micro'>, nowMs = Date.now()): Finding[] {
  const { proxyAddress } = micro;
  const proxy =
    proxyAddress === null ? [] : [fine('Proxy', `requests to the API go through ${proxyAddress}`)];
  return [...proxy, ...certificateFindings(micro, nowMs)];
}

function certificateFindings({ certificateFacts }: Config['micro'], nowMs: number): Finding[] {
  const check = 'Client certificate';
  try {
    const facts = certificateFacts();
    return facts === null ? [] : [judgeDates(check, facts, nowMs)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fix = 'Fix the files, or unset both variables on this host: only the workers need them.';
    return [problem(check, error.message, fix)];
  }
}

type Facts = NonNullable<ReturnType<Config['micro']['certificateFacts']>>;

function judgeDates(check: string, { path, subject, validFrom, validTo }: Facts, nowMs: number): Finding {
  const seen = `${path}: ${subject}, valid from ${validFrom} to ${validTo}`;
  const renew = 'Renew it, then restart the workers, which read it only at start-up.';
  const leftMs = Date.parse(validTo) - nowMs;
  if (leftMs <= 0 || Date.parse(validFrom) > nowMs) return problem(check, `${seen}: not now`, renew);
  return leftMs < renewMs ? warning(check, seen, renew) : fine(check, seen);
}

/** The variables that are set and look like ours misspelt; nothing when there are none. */
export const variableFindings = ({ unknownVariables }: Pick<Config, 'unknownVariables'>): Finding[] =>
  unknownVariables.length === 0
    ? []
    : [warning('Variables', unknownVariables.join('. '), 'Correct the names, or unset them.')];

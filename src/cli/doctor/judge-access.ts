import type { Config } from '../../config/config';
import { ConfigError } from '../../config/config-error';
import { fine, problem, warning, type Finding } from './findings';

/** A certificate that expires within this time needs renewal, in milliseconds. */
const renewMs = 14 * 86_400_000;

/** Judges proxy and certificate between this host and the API; no findings if neither is set. */
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

/** Variables that look like misspelt ones of ours; no findings if there are none. */
export const variableFindings = ({ unknownVariables }: Pick<Config, 'unknownVariables'>): Finding[] =>
  unknownVariables.length === 0
    ? []
    : [warning('Variables', unknownVariables.join('. '), 'Correct the names, or unset them.')];

import type { Config } from '../../config/config';
import { fine, problem, warning, type Finding } from './findings';

/** A certificate that ends sooner is to be renewed, in milliseconds. */
const renewMs = 14 * 86_400_000;

/** What stands between this host and the API: the proxy, the certificate; nothing when neither is set. */
export function accessFindings({ micro }: Pick<Config, 'micro'>, nowMs = Date.now()): Finding[] {
  const { proxyAddress, certificateFacts: facts } = micro;
  const proxy =
    proxyAddress === null ? [] : [fine('Proxy', `requests to the API go through ${proxyAddress}`)];
  if (facts === null) return proxy;
  const check = 'Client certificate';
  const seen = `${facts.path}: ${facts.subject}, valid from ${facts.validFrom} to ${facts.validTo}`;
  const renew = 'Renew it, and restart the workers: they read it when they start.';
  if (Date.parse(facts.validTo) <= nowMs || Date.parse(facts.validFrom) > nowMs) {
    return [...proxy, problem(check, `${seen}: not now`, renew)];
  }
  return [
    ...proxy,
    Date.parse(facts.validTo) - nowMs < renewMs ? warning(check, seen, renew) : fine(check, seen),
  ];
}

/** The variables that are set and look like ours misspelt; nothing when there are none. */
export const variableFindings = ({ unknownVariables }: Pick<Config, 'unknownVariables'>): Finding[] =>
  unknownVariables.length === 0
    ? []
    : [warning('Variables', unknownVariables.join('. '), 'Correct the names, or unset them.')];

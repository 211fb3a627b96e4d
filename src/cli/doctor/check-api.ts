import type { Config } from '../../config/config';
import { ConfigError } from '../../config/config-error';
import type { Finding } from './findings';
import { judgeClock, judgeKey, type KeyProbe } from './judge-host';
import { createPrismClient } from '../../prism/client';
import { PrismError } from '../../ports/prism-error';
import { explain } from '../errors';
import { requireTeam } from '../checks';

/** The result of the request, and how far the API's clock is ahead of ours, in milliseconds. */
interface Checked {
  probe: KeyProbe;
  aheadMs: number | null;
}

/** Timeout of the request, in milliseconds. */
const keyProbeLimitMs = 15_000;

/**
 * Checks key and clock with the cheapest request there is: the status of a job that does not exist. 404 means that the
 * API accepts the key. `team` is the team of that job, null for `MICRO_TEAM_ID`. Sends nothing without `ask`, or
 * without a key.
 */
export async function apiFindings(
  config: Config,
  { team, ask }: { team: string | null; ask: boolean },
): Promise<Finding[]> {
  const { baseUrl } = config.micro;
  requireTeam(team);
  if (!ask) return [judgeKey({ kind: 'left_out' }, baseUrl)];
  const { probe, aheadMs } = await askApi(config, team ?? config.micro.teamId);
  const key = judgeKey(probe, baseUrl);
  return probe.kind === 'accepted' ? [key, judgeClock('the API', aheadMs)] : [key];
}

async function askApi({ micro, secrets }: Config, team: string | null): Promise<Checked> {
  const problem = settingsProblem(micro);
  if (problem !== null) return { probe: problem, aheadMs: null };
  const api = createPrismClient({
    baseUrl: micro.baseUrl,
    apiKey: (refused) => micro.apiKey({ refused }) ?? '',
    secrets,
    route: { proxy: micro.proxy(), clientCertificate: micro.clientCertificate() },
    customHeaders: micro.customHeaders(),
    timeoutMs: keyProbeLimitMs,
  });
  const startedMs = Date.now();
  try {
    const { serverTime } = await api.getImport(team ?? crypto.randomUUID(), crypto.randomUUID());
    // The header has whole seconds: on average, the clock that wrote it was half a second ahead of it.
    const middleMs = (startedMs + Date.now()) / 2;
    const aheadMs = serverTime === null ? null : Date.parse(serverTime) + 500 - middleMs;
    return { probe: { kind: 'accepted' }, aheadMs };
  } catch (error) {
    const status = error instanceof PrismError ? error.facts.status : null;
    const isRefusal = status === 401 || status === 403;
    const probe: KeyProbe = isRefusal
      ? { kind: 'refused', status, knownTeam: team !== null }
      : { kind: 'no_answer', message: explain(error).message };
    return { probe, aheadMs: null };
  }
}

/** Why the local key and certificate cannot be used, or null. */
function settingsProblem(micro: Config['micro']): KeyProbe | null {
  try {
    if (micro.apiKey() === null) return { kind: 'no_key' };
    micro.clientCertificate();
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'unusable', message: error.message };
    throw error;
  }
}

import { killLeftCli, startCli, type CliRun } from '../../cli/support/run-cli';
import { newerTemporalCli } from './newer-temporal-cli';

/** Where a rehearsal runs, as it prints it. */
export interface RehearsalSite {
  address: string;
  baseUrl: string;
  adminUrl: string;
  uiUrl: string;
}

/** Starts `prism-imports rehearse --json` with these further words, and waits until it is ready. */
export async function startRehearsal(words: string[]): Promise<{ rehearsal: CliRun; site: RehearsalSite }> {
  const { path } = await newerTemporalCli();
  const rehearsal = startCli(['rehearse', ...words, '--json'], { PRISM_TEMPORAL_CLI: path });
  const [line] = await rehearsal.printed(/^\{.*"baseUrl".*\}$/m);
  return { rehearsal, site: JSON.parse(line) as RehearsalSite };
}

/** Ends whatever a failed test has left. */
export const killLeftRehearsals = killLeftCli;

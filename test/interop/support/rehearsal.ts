import { once } from 'node:events';
import { createServer } from 'node:net';
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

/** What a rehearsal prefers for the server, its UI and the API. */
const usualPorts = [7233, 8233, 8787];

/**
 * Takes the ports that every rehearsal prefers, as far as they are free, so that each gets its own: what refuses after
 * the end of one is then not another's. Returns how to release them.
 */
export async function takeUsualPorts(): Promise<() => void> {
  const holders = usualPorts.map((port) =>
    createServer((socket) => socket.destroy()).listen(port, '127.0.0.1'),
  );
  await Promise.allSettled(holders.map((holder) => once(holder, 'listening')));
  return () => {
    for (const holder of holders) holder.close();
  };
}

/** Ends whatever a failed test has left. */
export const killLeftRehearsals = killLeftCli;

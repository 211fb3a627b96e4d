import type { Client } from '@temporalio/client';
import { loadConfig } from '../config/config';
import { connect } from './connect';
import { trackerTraces } from '../temporal/tracker-traces';
import { followUntilInterrupted } from './terminal/follow-result';
import { printToStderr, printJsonLine } from './terminal/output';
import type { ProgressReport } from './terminal/progress';

/** Work that ends sooner shows no progress. */
const quietMs = 2000;

/** `prism-imports lab export` */
export async function exportTraces({ limit }: { limit: number }): Promise<void> {
  const client = await connect(loadConfig());
  const seen: Seen = { trackers: 0, traces: 0 };
  const found = () => `${seen.traces} ${seen.traces === 1 ? 'trace' : 'traces'}`;
  const beganAtMs = performance.now();
  const fetchProgress = (): ProgressReport | null => {
    // On a terminal, the printed traces already show the progress.
    if (process.stdout.isTTY || performance.now() - beganAtMs < quietMs) return null;
    return { processed: null, total: null, text: `${found()} in ${seen.trackers} trackers so far` };
  };
  const printing = printTraces(client, limit, seen);
  try {
    await followUntilInterrupted(
      printing,
      () => Promise.resolve(fetchProgress()),
      'The output is incomplete.',
    );
  } finally {
    await client.connection.close();
  }
  printToStderr(found());
}

interface Seen {
  trackers: number;
  traces: number;
}

async function printTraces(client: Client, limit: number, seen: Seen): Promise<void> {
  for await (const trace of trackerTraces(client, limit)) {
    seen.trackers++;
    if (trace === null) continue;
    printJsonLine(trace);
    seen.traces++;
  }
}
